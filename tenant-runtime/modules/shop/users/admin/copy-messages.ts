import { InlineKeyboard } from 'grammy';
import { formatRupiah, type Rupiah } from '../../../../../kernel/money.ts';
import { type Actor, nameOf } from '../../../../bot/context.ts';
import { clip, type Html, html } from '../../../../bot/html.ts';
import { HISTORY } from '../../../money/history/index.ts';
import { CUSTOMER_SERVICE } from '../index.ts';
import type { ListedUser } from './sql.ts';

const called = (user: ListedUser): string => clip(nameOf(user), 60);

/** `+Rp10.000` or `-Rp5.000` */
export const signed = (amount: Rupiah): string => `${amount > 0 ? '+' : ''}${formatRupiah(amount)}`;

/** What is sent because of what admins do: to the user, to the owners, and to the admin about what became of it. */
export const messages = {
  /** Below what a user is told. */
  homeKeyboard: (): InlineKeyboard =>
    new InlineKeyboard().text(CUSTOMER_SERVICE.text, CUSTOMER_SERVICE.data).row().text(HISTORY.text, HISTORY.data),
  blocked: (user: ListedUser): Html =>
    html`🙏 Hai ${called(user)}, untuk sementara akunmu belum bisa dipakai berbelanja dan deposit di toko ini.

Riwayat dan barang yang sudah kamu bayar tetap aman dan bisa kamu ambil kapan saja. Kalau menurutmu ini keliru, hubungi kami ya.`,
  unblocked: (user: ListedUser): Html =>
    html`🎉 Hai ${called(user)}, akunmu sudah bisa dipakai berbelanja dan deposit lagi. Selamat berbelanja!`,
  adjusted: (amount: Rupiah, balance: Rupiah, reason: string): Html =>
    html`💼 <b>Saldo ${amount > 0 ? 'bertambah' : 'berkurang'} ${formatRupiah(Math.abs(amount))}</b>

📝 Alasan: ${reason}
💰 Saldo sekarang: <b>${formatRupiah(balance)}</b>`,
  adjustedForOwners: (user: ListedUser, actor: Actor, amount: Rupiah, balance: Rupiah, reason: string): Html =>
    html`💼 Saldo ${called(user)} (<code>${user.id}</code>) diubah ${signed(amount)}, sekarang ${formatRupiah(balance)}.
📝 Alasan: ${reason}

Oleh ${actor.role} <code>${actor.id}</code>`,
  message: (text: string): Html => html`✉️ <b>Pesan dari admin</b>\n\n${text}`,
  reached: (user: ListedUser): Html => html`✅ Pesanmu sudah sampai ke ${called(user)} (<code>${user.id}</code>).`,
  notReached: (user: ListedUser): Html =>
    html`🔕 Pesanmu tidak sampai: ${called(user)} (<code>${user.id}</code>) memblokir bot atau akunnya sudah tidak aktif.`,
};
