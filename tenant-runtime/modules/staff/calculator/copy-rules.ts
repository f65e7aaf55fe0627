import { formatRupiah, MAX_RUPIAH } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines } from '../../../bot/html.ts';
import { type FeeProblem, MAX_FIXED } from './fee.ts';
import type { RefundProblem } from './refund.ts';
import { DEFAULTS, type Rule, type RuleProblem } from './rules.ts';

/** What people call the rules. The words are in snapshots. */
export const LABELS: Readonly<Record<Rule, string>> = { formula: 'Rumus refund', fee: 'Biaya deposit' };

const LONGEST_RULE = 200;

export const ruleText = (text: string): Html => html`<code>${clip(text, LONGEST_RULE)}</code>`;

export const changed = (rule: Rule, before: string, after: string): Html =>
  html`${LABELS[rule]} diubah: ${keep(ruleText(before))} → ${keep(ruleText(after))}.`;
export const reset = (rule: Rule, after: string): Html =>
  html`${LABELS[rule]} kembali ke bawaan: ${keep(ruleText(after))}.`;

const HELP: Readonly<Record<Rule, Html>> = {
  formula: html`Yang bisa dipakai:
<code>harga</code> harga yang dibayar
<code>total_hari</code> lama langganan
<code>sisa_hari</code> hari yang belum dipakai
<code>klaim</code> banyaknya klaim
<code>+ - * / ( )</code> dan angka, misalnya <code>0.1</code> atau <code>0,1</code>
<code>min(a, b)</code> yang lebih kecil, <code>max(a, b)</code> yang lebih besar`,
  fee: html`Tulis persen, rupiah, atau keduanya:
<code>0,7% + 310</code>
<code>1%</code>
<code>2500</code>
<code>0</code> kalau tanpa biaya`,
};

export const askRule = (rule: Rule, now: string): Html =>
  html`✏️ <b>Ubah ${LABELS[rule]}</b>

Sekarang: ${keep(ruleText(now))}
Bawaan: ${keep(ruleText(DEFAULTS[rule]))}

${keep(HELP[rule])}

Kirim yang baru dalam satu pesan, ya.`;

export const askSave = (rule: Rule, text: string, example: Html): Html =>
  html`👀 <b>${LABELS[rule]} yang baru</b>
${keep(ruleText(text))}

Contoh hasilnya:

${keep(example)}

Sudah pas? Simpan, atau kirim yang lain untuk menggantinya.`;

export const textPlease = (): Html => html`✍️ Kirim dalam bentuk teks, ya.`;
export const saved = (rule: Rule): Html => html`✅ ${LABELS[rule]} tersimpan dan langsung dipakai.`;
export const unchanged = (): Html => html`👌 Sama dengan yang sekarang, jadi tidak ada yang berubah.`;
export const overtaken = (now: string): Html =>
  html`⚠️ Baru saja diubah orang lain menjadi ${keep(ruleText(now))}

Simpan sekali lagi untuk menggantinya dengan punyamu, atau ❌ Batal untuk membiarkannya.`;
export const confirmReset = (rule: Rule, now: string): Html =>
  html`♻️ Kembalikan <b>${LABELS[rule]}</b> ke bawaan?

Sekarang: ${keep(ruleText(now))}
Bawaan: ${keep(ruleText(DEFAULTS[rule]))}

Yang sekarang tetap bisa dipulihkan lewat 💾 Backup Konfigurasi.`;
export const resetDone = (rule: Rule): Html => html`✅ ${LABELS[rule]} kembali ke bawaan.`;

/** Why a rule cannot be saved, in plain words, and where. `text` is what the places are in. */
export function problemWith(found: RuleProblem, text: string): Html {
  if (found.rule === 'fee') return html`😅 Belum bisa disimpan: ${feeReason(found.problem)}`;
  const { problem } = found;
  return lines(
    html`😅 Rumusnya belum bisa disimpan: ${keep(formulaReason(problem))}`,
    'at' in problem && place(text, problem.at),
  );
}

function formulaReason(problem: RefundProblem): Html {
  switch (problem.kind) {
    case 'empty':
      return html`isinya kosong.`;
    case 'too_long':
      return html`terlalu panjang, maksimal ${problem.max} karakter.`;
    case 'unknown_character':
      return html`tanda <code>${problem.what}</code> tidak bisa dipakai di rumus.`;
    case 'unknown_name':
      return html`<code>${clip(problem.what, 40)}</code> tidak dikenal. Pakai harga, total_hari, sisa_hari, klaim, min atau max.`;
    case 'bad_number':
      return html`<code>${clip(problem.what, 40)}</code> bukan angka yang benar.`;
    case 'thousands':
      return html`<code>${problem.what}</code> bisa berarti ribuan atau desimal. Tulis ribuan tanpa pemisah, misalnya <code>15000</code>.`;
    case 'number_too_long':
      return html`angkanya terlalu panjang.`;
    case 'no_value':
      return html`di sini seharusnya ada angka, nama seperti <code>harga</code>, atau kurung buka.`;
    case 'no_operator':
      return html`di sini seharusnya ada tanda <code>+ - * /</code>, atau rumusnya sudah selesai.`;
    case 'not_closed':
      return html`kurung buka ini belum ditutup.`;
    case 'two_values':
      return html`<code>${problem.what}</code> butuh tepat dua nilai dalam kurung, dipisah koma dan spasi: <code>min(a, b)</code>.`;
    case 'too_deep':
      return html`kurungnya terlalu bertumpuk. Sederhanakan dulu, ya.`;
    case 'division_by_zero':
    case 'too_large': {
      const { price, total, used, claims } = problem.purchase;
      const what = problem.kind === 'too_large' ? 'hasilnya terlalu besar' : 'ada pembagian dengan nol';
      return html`${what}, misalnya untuk harga ${formatRupiah(price)}, ${total} hari, terpakai ${used} hari, ${claims} klaim.`;
    }
  }
}

/** Which character it is, and what stands there. */
function place(text: string, at: number): Html {
  const before = clip([...text.slice(0, at)].reverse().join(''), 25);
  const from = [...before].reverse().join('');
  const rest = at < text.length ? html`<code>${clip(text.slice(at), 25)}</code>` : html`akhir rumus`;
  return html`📍 Huruf ke-${[...text.slice(0, at)].length + 1}: ${keep(from ? html`<code>${from}</code> ` : html``)}👉 ${keep(rest)}`;
}

function feeReason(problem: FeeProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'isinya kosong.';
    case 'form':
      return 'tulis paling banyak satu persen dan satu rupiah, misalnya 0,7% + 310.';
    case 'percent_form':
      return 'persennya tidak terbaca. Paling banyak dua angka di belakang koma, misalnya 0,75%.';
    case 'percent_range':
      return 'persennya paling banyak 100%.';
    case 'fixed':
      return FIXED[problem.reason];
  }
}

const FIXED: Readonly<Record<Extract<FeeProblem, { kind: 'fixed' }>['reason'], string>> = {
  empty: 'bagian rupiahnya kosong.',
  not_a_price: 'bagian rupiahnya tidak terbaca. Tulis misalnya 310 atau 0,7% + 310.',
  decimals: 'bagian rupiahnya tanpa sen, ya. Kalau maksudnya persen, tambahkan tanda %.',
  too_small: 'bagian rupiahnya tidak boleh di bawah nol.',
  too_large: `bagian rupiahnya paling banyak ${formatRupiah(MAX_FIXED)}.`,
};

export const PRICE: Readonly<Record<Extract<FeeProblem, { kind: 'fixed' }>['reason'], string>> = {
  empty: 'Nominalnya masih kosong.',
  not_a_price: 'Itu bukan nominal. Tulis misalnya 15000 atau Rp15.000.',
  decimals: 'Tanpa sen, ya. Tulis misalnya 15000.',
  too_small: 'Paling kecil Rp1.',
  too_large: `Terlalu besar, paling banyak ${formatRupiah(MAX_RUPIAH)}.`,
};
