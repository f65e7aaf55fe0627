import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { nameOf, type StoreUser } from '../../../bot/context.ts';
import { clip, type Html, html, lines, MAX_TEXT, visibleLength } from '../../../bot/html.ts';
import type { Contact } from '../../shop/users/index.ts';
import type { Deposit } from './schema.ts';

/** What the shop says around a transfer by hand. */
export const manual = {
  /** The shop's own text, and below it the admins that have no public name, as far as there is room. */
  instructions(template: Html, contacts: readonly Contact[]): Html {
    const mentions = contacts
      .filter(({ username }) => username === null)
      .map(({ id, name }) => html`💬 <a href="tg://user?id=${id}">${clip(name ?? 'Admin', 40)}</a>`);
    const whole = mentions.length > 0 ? lines(template, '', ...mentions) : template;
    return visibleLength(whole) > MAX_TEXT ? template : whole;
  },
  askAmount(min: Rupiah): Html {
    return lines(
      html`📤 <b>Kirim Bukti Transfer</b>`,
      '',
      html`Berapa yang kamu transfer? Ketik nominalnya, misalnya <code>75.000</code> (paling sedikit ${formatRupiah(min)}).`,
    );
  },
  askProof(amount: Rupiah): Html {
    return html`📷 Sekarang kirim bukti transfer <b>${formatRupiah(amount)}</b>: foto struknya, atau teks seperti nama pengirim, bank dan jam transfer.`;
  },
  proofInvalid: html`📷 Buktinya berupa foto atau teks 3 sampai 800 huruf, ya.`,
  /** Above the other pictures of an album, for the sellers. */
  morePictures(customer: StoreUser, ref: string): Html {
    return html`📎 <b>Bukti transfer, lanjutan</b>\n👤 ${clip(nameOf(customer), 60)} · <code>${customer.id}</code>\n🧾 <code>${ref}</code>`;
  },
  reported(deposit: Deposit): Html {
    return lines(
      html`📨 Bukti transfermu sudah kami teruskan ke admin.`,
      '',
      html`🧾 <code>${deposit.ref}</code> · <b>${formatRupiah(deposit.amount)}</b>`,
      html`Saldo bertambah setelah admin memeriksanya. Kamu kami kabari di sini.`,
    );
  },
} as const;
