import { InlineKeyboard } from 'grammy';
import { formatRupiah } from '../../../../../kernel/money.ts';
import { nameOf } from '../../../../bot/context.ts';
import { clip, type Html, html, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { TRIAL } from '../../gateway-state/index.ts';
import type { customerOf } from '../../orders/index.ts';
import { DEPOSIT_STATUS_TEXT, type Deposit, type DepositStatus, type ListedDeposit, type Proof } from '../index.ts';
import { adminCallbacks } from './callbacks.ts';

/** The tabs of the list; the first shows every deposit. */
export const FILTERS: readonly { label: string; status: DepositStatus | undefined }[] = [
  { label: 'Semua', status: undefined },
  { label: '🔎 Diperiksa', status: 'awaiting_review' },
  { label: '⏳ Menunggu', status: 'awaiting_payment' },
  { label: '✅ Masuk', status: 'paid' },
  { label: '❌ Ditolak', status: 'refused' },
  { label: '❌ Batal', status: 'cancelled' },
  { label: '⌛ Habis waktu', status: 'expired' },
];

export const LABELS = {
  accept: '✅ Terima',
  refuse: '❌ Tolak',
  acceptNow: '✅ Ya, Terima',
  refuseNow: '✅ Ya, Tolak',
  backToList: '⬅️ Daftar Deposit',
} as const;

export const backToList = () => new InlineKeyboard().text(LABELS.backToList, adminCallbacks.pack('list', 0, 0));

/** The buttons below a transfer that awaits an admin. */
export const reviewKeyboard = (depositId: number) =>
  new InlineKeyboard()
    .text(LABELS.accept, adminCallbacks.pack('accept', depositId))
    .text(LABELS.refuse, adminCallbacks.pack('refuse', depositId));

export const copy = {
  list(list: Page<ListedDeposit>, filter: string, time: WriteTime, labelOf: (method: string) => string): Html {
    if (list.items.length === 0) return html`💰 <b>Deposit</b> · ${filter}\n\nBelum ada deposit di sini.`;
    return lines(
      html`💰 <b>Deposit</b> · ${filter} (halaman ${list.page + 1} dari ${list.pages})`,
      '',
      ...list.items.flatMap((deposit, index) => [
        html`${index + 1}. <code>${deposit.ref}</code>`,
        html`    ${DEPOSIT_STATUS_TEXT[deposit.status]} · ${labelOf(deposit.method)} · ${formatRupiah(deposit.amount)}${deposit.sandbox ? ' 🧪' : ''}`,
        html`    ${clip(deposit.customer, 40)} · ${time(deposit.createdAt)}`,
      ]),
      '',
      html`Pilih nomor untuk melihat detailnya.`,
    );
  },
  /** Fits the caption of a photo. */
  detail(
    deposit: Deposit,
    customer: Awaited<ReturnType<typeof customerOf>>,
    proof: Proof | undefined,
    time: WriteTime,
    method: string,
  ): Html {
    return lines(
      html`💰 <b>Deposit</b> <code>${deposit.ref}</code>`,
      deposit.sandbox && TRIAL,
      html`Status: <b>${DEPOSIT_STATUS_TEXT[deposit.status]}</b>`,
      html`Pelanggan: ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
      html`Metode: ${method}`,
      html`Nominal: <b>${formatRupiah(deposit.amount)}</b>`,
      html`Dibuat: ${time(deposit.createdAt)}`,
      deposit.paidAt !== null && html`Masuk: ${time(deposit.paidAt)}${deciderOf(deposit.settledBy)}`,
      deposit.closedAt !== null && html`Ditutup: ${time(deposit.closedAt)}${deciderOf(deposit.closedReason)}`,
      deposit.note !== null && html`Catatan: ${clip(deposit.note, 150)}`,
      proof?.text ? html`\nBukti: ${clip(proof.text, 400)}` : undefined,
    );
  },
  gone: 'Deposit ini tidak ditemukan.',
  lost: html`🙏 Deposit ini tidak ditemukan lagi.`,
  decided: (deposit: Deposit) => `Deposit ini sudah diputuskan: ${DEPOSIT_STATUS_TEXT[deposit.status]}.`,
  stale: 'Tombol ini sudah tidak berlaku.',
  askAccept(deposit: Deposit): Html {
    return html`✅ Terima deposit <code>${deposit.ref}</code> sebesar <b>${formatRupiah(deposit.amount)}</b>? Saldo pelanggan langsung bertambah.\n\nTekan <b>${LABELS.acceptNow}</b>, atau tulis catatan (3–300 huruf) dulu kalau perlu.`;
  },
  confirmAccept(deposit: Deposit, note: string): Html {
    return html`✅ Terima deposit <code>${deposit.ref}</code> sebesar <b>${formatRupiah(deposit.amount)}</b>?\n\nCatatan: ${note}\n\nSaldo pelanggan langsung bertambah. Catatannya keliru? Kirim saja yang baru.`;
  },
  confirmRefuse(deposit: Deposit, note: string): Html {
    return html`❌ Tolak deposit <code>${deposit.ref}</code> sebesar <b>${formatRupiah(deposit.amount)}</b>?\n\nAlasan: ${note}\n\nPelanggan akan membacanya. Alasannya keliru? Kirim saja yang baru.`;
  },
  askRefuse(deposit: Deposit): Html {
    return html`❌ Kenapa deposit <code>${deposit.ref}</code> ditolak? Tulis alasannya (3–300 huruf); pelanggan akan membacanya.`;
  },
  noteInvalid: html`📝 Tulis dalam bentuk teks, 3 sampai 300 huruf, ya.`,
  accepted(deposit: Deposit): Html {
    return html`✅ Deposit <code>${deposit.ref}</code> diterima. ${formatRupiah(deposit.amount)} sudah masuk ke saldo pelanggan.`;
  },
  refused(deposit: Deposit): Html {
    return html`❌ Deposit <code>${deposit.ref}</code> ditolak. Pelanggan sudah kami beri tahu alasannya.`;
  },
  late(deposit: Deposit): Html {
    return html`ℹ️ Deposit <code>${deposit.ref}</code> sudah diputuskan sebelumnya: ${DEPOSIT_STATUS_TEXT[deposit.status]}. Tidak ada yang berubah.`;
  },
} as const;

function deciderOf(by: string | null): string {
  return by?.startsWith('admin:') ? ` (oleh admin ${by.slice(6)})` : '';
}
