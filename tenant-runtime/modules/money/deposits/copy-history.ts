import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../../bot/html.ts';
import type { Page } from '../../../bot/paging.ts';
import type { WriteTime } from '../../../bot/time.ts';
import type { DepositStatus } from './schema.ts';
import type { Movement } from './sql.ts';

export const STATUS: Record<DepositStatus, string> = {
  awaiting_payment: '⏳ Menunggu pembayaran',
  awaiting_review: '⏳ Diperiksa admin',
  paid: '✅ Masuk',
  expired: '⌛ Kedaluwarsa',
  cancelled: '❌ Dibatalkan',
  refused: '❌ Ditolak',
};

const KIND: Record<Exclude<Movement['kind'], 'open_deposit'>, string> = {
  credit: '💼 Pengembalian pesanan',
  purchase: '🛍 Belanja',
  deposit: '✅ Deposit masuk',
  refund: '↩️ Refund',
  adjustment: '🛠 Penyesuaian admin',
};

/** The history of a balance, newest first. */
export function history(balance: Rupiah, list: Page<Movement>, time: WriteTime): Html {
  const head = lines(html`🧾 <b>Riwayat Saldo</b>`, html`Saldo kamu sekarang: <b>${formatRupiah(balance)}</b>`, '');
  if (list.items.length === 0)
    return lines(head, html`Belum ada riwayat. Isi saldo pertamamu lewat <b>💰 Deposit</b>, yuk.`);
  return lines(
    head,
    ...list.items.flatMap((movement) => [
      movement.kind === 'open_deposit'
        ? html`${movement.status ? STATUS[movement.status] : ''} · deposit ${formatRupiah(movement.amount)}`
        : html`${KIND[movement.kind]} · <b>${movement.amount > 0 ? '+' : ''}${formatRupiah(movement.amount)}</b>`,
      html`    ${clip(movement.note, 120)}`,
      html`    ${time(movement.at)}`,
    ]),
    list.pages > 1 && html`\nHalaman ${list.page + 1} dari ${list.pages}`,
  );
}
