import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines } from '../../../bot/html.ts';
import type { WriteTime } from '../../../bot/time.ts';
import { LABELS, PRICE, ruleText } from './copy-rules.ts';
import { type Decimal, decimalOf, formatDecimal, wholeOf } from './decimal.ts';
import type { Step } from './evaluate.ts';
import { type Fee, feeOf, feeText } from './fee.ts';
import type { Purchase, Refund } from './refund.ts';
import { type AnswerProblem, REFUND_STEPS, type RefundForm, type RefundStep, stepOf } from './schema.ts';
import type { RuleState } from './service.ts';

export const buttons = {
  refund: '♻️ Hitung Refund',
  fee: '💳 Biaya Deposit',
  again: '🔁 Hitung Lagi',
  edit: { formula: '✏️ Ubah Rumus', fee: '✏️ Ubah Biaya' },
  reset: '♻️ Kembalikan ke Bawaan',
  confirmReset: '♻️ Ya, Kembalikan',
  keep: '⬅️ Tidak Jadi',
  save: '💾 Simpan',
  back: '⬅️ Calculator',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  ownersOnly: 'Hanya owner yang bisa mengubah rumus dan biaya. Kamu tetap bisa menghitung ya 🙏',
  alreadyDefault: 'Ini memang sudah bawaan 👌',
} as const;

export const overview = (states: readonly RuleState[], mayEdit: boolean, time: WriteTime): Html =>
  lines(
    html`🧮 <b>Calculator</b>`,
    ...states.map(({ checked, changed }) =>
      lines(
        html`\n<b>${LABELS[checked.rule]}</b>`,
        ruleText(checked.text),
        changed ? html`✏️ Diubah oleh <b>${clip(changed.by, 64)}</b>, ${time(changed.at)}` : html`📄 Bawaan`,
      ),
    ),
    !mayEdit && html`\nYang bisa mengubah rumus dan biaya hanya owner.`,
    html`\nMau menghitung apa? 👇`,
  );

const QUESTION: Readonly<Record<RefundStep, Html>> = {
  price: html`💵 Berapa <b>harga</b> yang dibayar pelanggan? Contoh: <code>50000</code> atau <code>Rp50.000</code>`,
  total: html`📅 Berapa hari <b>total</b> masa langganannya? Contoh: <code>30</code>`,
  used: html`⏱ Sudah <b>terpakai</b> berapa hari? Tulis <code>0</code> kalau belum.`,
  claims: html`🧾 Sudah berapa kali <b>klaim</b>? Tulis <code>0</code> kalau belum.`,
};

export function askRefund(form: RefundForm): Html {
  const step = stepOf(form);
  const { price, total, used } = form;
  return lines(
    html`♻️ <b>Hitung Refund</b> · langkah ${REFUND_STEPS.indexOf(step) + 1} dari ${REFUND_STEPS.length}`,
    price !== undefined && html`Harga: <b>${formatRupiah(price)}</b>`,
    total !== undefined && html`Total: <b>${total} hari</b>`,
    used !== undefined && html`Terpakai: <b>${used} hari</b>`,
    '',
    QUESTION[step],
  );
}

export const askAmount = (fee: Fee): Html =>
  html`💳 <b>Biaya Deposit</b>

Biayanya sekarang <b>${feeText(fee)}</b>. Berapa <b>nominal</b> depositnya? Contoh: <code>50000</code> atau <code>Rp50.000</code>`;

export const again = (problem: Html, question: Html): Html => html`${keep(problem)}\n\n${keep(question)}`;

export const answerProblem = (problem: AnswerProblem): Html => html`⚠️ ${reason(problem)}`;

function reason(problem: AnswerProblem): string {
  switch (problem.kind) {
    case 'not_text':
      return 'Kirim angkanya dalam bentuk teks, ya.';
    case 'not_a_number':
      return 'Itu bukan bilangan bulat. Tulis angkanya saja, misalnya 30.';
    case 'negative':
      return 'Angkanya tidak boleh di bawah nol.';
    case 'decimals':
      return 'Harus bilangan bulat, tanpa koma.';
    case 'no_days':
      return 'Masa langganan paling sedikit 1 hari.';
    case 'too_many':
      return `Terlalu banyak, paling banyak ${thousands(problem.max)}.`;
    case 'more_than_total':
      return `Hari terpakai tidak bisa lebih dari total ${thousands(problem.total)} hari.`;
    case 'price':
      return PRICE[problem.reason];
  }
}

const thousands = (value: number): string => formatRupiah(value).slice(2);

const MAX_STEPS = 12;
const SIGN: Readonly<Record<string, string>> = { '+': '+', '-': '−', '*': '×', '/': '÷' };

const operand = (value: Decimal): string => (value < 0n ? `(${formatDecimal(value)})` : formatDecimal(value));

function stepText({ operation, left, right, result }: Step): string {
  const sign = SIGN[operation];
  const done = sign
    ? `${operand(left)} ${sign} ${operand(right)}`
    : `${operation}(${formatDecimal(left)}; ${formatDecimal(right)})`;
  return `${done} = ${formatDecimal(result)}`;
}

/** What came out, step by step, and how it was rounded. */
export function refundResult(purchase: Purchase, formula: string, refund: Refund): Html {
  const { price, total, used, claims } = purchase;
  return lines(
    html`Harga: <b>${formatRupiah(price)}</b>`,
    html`Sisa: ${total} − ${used} = <b>${total - used} hari</b> dari ${total}`,
    html`Klaim: <b>${claims}×</b>`,
    html`Rumus: ${keep(ruleText(formula))}`,
    '',
    refund.kind === 'refund'
      ? workings(refund, price)
      : html`😅 Rumusnya ${FAILURES[refund.kind]} untuk angka-angka ini, jadi refundnya tidak bisa dihitung.`,
  );
}

const FAILURES = {
  division_by_zero: 'membagi dengan nol',
  too_large: 'menghasilkan angka yang terlalu besar',
} as const;

function workings({ amount, result, steps, bound }: Extract<Refund, { kind: 'refund' }>, price: Rupiah): Html {
  const shown = steps.slice(0, MAX_STEPS);
  return lines(
    ...shown.map((step, index) => html`${index + 1}. ${stepText(step)}`),
    steps.length > shown.length && html`… dan ${steps.length - shown.length} langkah lagi`,
    html`Hasil rumus: ${formatDecimal(result)}`,
    bound === 'zero' && html`↳ di bawah nol, jadi refundnya nol`,
    bound === 'price' && html`↳ lebih besar dari harga, jadi refundnya ${formatRupiah(price)}`,
    bound === undefined && result !== decimalOf(wholeOf(result)) && html`↳ dibulatkan ke bawah, ke rupiah penuh`,
    html`\n💰 Refund: <b>${formatRupiah(amount)}</b>`,
  );
}

export const refundTitle = (result: Html): Html => html`♻️ <b>Hasil Hitung Refund</b>\n\n${keep(result)}`;
export const feeTitle = (result: Html): Html => html`💳 <b>Hasil Biaya Deposit</b>\n\n${keep(result)}`;

/** The fee of an amount, when the customer bears it and when the shop does. */
export function feeResult(fee: Fee, amount: Rupiah): Html {
  const cost = feeOf(fee, amount);
  const { hundredths, fixed } = fee;
  const percentage = cost - fixed;
  const isRounded = (amount * hundredths) % 10_000 !== 0;
  return lines(
    html`Nominal: <b>${formatRupiah(amount)}</b>`,
    html`Biaya: ${feeText(fee)} = <b>${formatRupiah(cost)}</b>`,
    hundredths > 0 &&
      html`↳ ${feeText({ hundredths, fixed: 0 })} dari nominal = ${formatRupiah(percentage)}${isRounded ? ', dibulatkan ke atas' : ''}`,
    html`
<b>Biaya ditanggung pelanggan</b>
Pelanggan bayar: <b>${formatRupiah(amount + cost)}</b>
Toko menerima: <b>${formatRupiah(amount)}</b>

<b>Biaya ditanggung toko</b>
Pelanggan bayar: <b>${formatRupiah(amount)}</b>`,
    cost > amount
      ? html`⚠️ Biayanya lebih besar dari nominal: toko nombok ${formatRupiah(cost - amount)}.`
      : html`Toko menerima: <b>${formatRupiah(amount - cost)}</b>`,
  );
}
