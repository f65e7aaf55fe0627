import { formatRupiah, type Rupiah } from '../../../../../kernel/money.ts';
import { type Html, html, keep, paragraphs } from '../../../../bot/html.ts';
import { called } from './copy.ts';
import { signed } from './copy-messages.ts';
import { LIMITS, type Problem } from './schema.ts';
import type { ListedUser } from './sql.ts';

export const askQuery = (): Html =>
  html`🔍 <b>Cari User</b>

Kirim ID, @username, nama (boleh sebagian), atau nomor WhatsApp.`;

export const askAmount = (user: ListedUser, balance: Rupiah): Html =>
  html`💰 <b>Ubah Saldo</b> · ${called(user)} · Langkah 1/3

Saldo sekarang: <b>${formatRupiah(balance)}</b>

Kirim <code>+10000</code> untuk menambah atau <code>-5000</code> untuk mengurangi.`;

export const askReason = (user: ListedUser, amount: Rupiah): Html =>
  html`💰 <b>Ubah Saldo</b> · ${called(user)} · Langkah 2/3

Perubahan: <b>${signed(amount)}</b>

Tulis alasannya. User membacanya.`;

export const confirmAdjust = (user: ListedUser, amount: Rupiah, reason: string): Html =>
  html`💰 <b>Ubah Saldo</b> · ${called(user)} · Langkah 3/3

Perubahan: <b>${signed(amount)}</b>
Alasan: ${reason}

Sudah benar? Alasannya keliru? Kirim saja yang baru.`;

export const adjustNow = (amount: Rupiah): string => `✅ Ya, Ubah ${signed(amount)}`;

export const askMessage = (user: ListedUser): Html =>
  html`✉️ <b>Kirim Pesan</b> · ${called(user)}

Kirim teks pesannya, maksimal ${LIMITS.message} karakter. Pesan langsung dikirim.`;

const PROBLEMS: Record<Problem, Html> = {
  no_text: html`Kirim dalam bentuk teks ya.`,
  query_long: html`Kata pencarian maksimal ${LIMITS.query} karakter.`,
  amount_sign: html`Awali dengan + untuk menambah atau - untuk mengurangi.`,
  amount_shape: html`Itu bukan nominal. Contoh yang benar: <code>+10000</code>, <code>+Rp10.000</code>, <code>-5000</code>.`,
  amount_decimals: html`Nominalnya dalam rupiah utuh, tanpa sen.`,
  amount_zero: html`Nominalnya paling kecil Rp1.`,
  amount_large: html`Nominalnya terlalu besar, maksimal ${formatRupiah(LIMITS.amount)}.`,
  reason_short: html`Alasannya terlalu pendek, minimal ${LIMITS.reason.min} karakter.`,
  reason_long: html`Alasannya terlalu panjang, maksimal ${LIMITS.reason.max} karakter.`,
  message_empty: html`Pesannya masih kosong.`,
  message_long: html`Pesannya terlalu panjang, maksimal ${LIMITS.message} karakter.`,
};

const again = (problem: Html, question: Html): Html => paragraphs(html`⚠️ ${keep(problem)}`, question);
export const wrong = (problem: Problem, question: Html): Html => again(PROBLEMS[problem], question);

/** The balance may have moved since the question was asked. */
export const tooLittle = (balance: Rupiah, question: Html): Html =>
  again(html`Saldonya hanya ${formatRupiah(balance)}, tidak bisa dikurangi sebanyak itu.`, question);

export const adjusted = (amount: Rupiah, after: Rupiah): Html =>
  html`✅ Saldo diubah ${signed(amount)}, sekarang <b>${formatRupiah(after)}</b>. User sudah kami kabari.`;
export const adjustedBefore = (): Html => html`ℹ️ Perubahan ini sudah tercatat sebelumnya, jadi tidak diulang.`;
export const written = (): Html =>
  html`✉️ Pesan sedang dikirim. Begitu sampai (atau ternyata user memblokir bot), kami kabari di sini.`;
