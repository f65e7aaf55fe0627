import { clip, type Html, html, keep, lines } from '../../../../bot/html.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { TEMPLATES, type TemplateKey, type TemplateProblem, type TemplateState } from '../index.ts';
import { FORMATTING, MEANING, PURPOSE } from './copy-help.ts';

export const buttons = {
  preview: '👁 Pratinjau',
  raw: '📄 Teks Asli',
  edit: '✏️ Ubah Teks',
  reset: '♻️ Kembalikan ke Bawaan',
  confirmReset: '♻️ Ya, Kembalikan',
  keep: '⬅️ Tidak Jadi',
  save: '💾 Simpan',
  back: '⬅️ Kembali',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  ownersOnly: 'Hanya owner yang bisa mengubah template. Kamu tetap bisa melihat pratinjaunya ya 🙏',
  alreadyDefault: 'Template ini sudah memakai teks bawaan 👌',
} as const;

export const mark = (state: TemplateState): string => (state.changed ? `✏️ ${state.label}` : state.label);

export const templateList = (states: readonly TemplateState[], mayEdit: boolean): Html =>
  lines(
    html`🛠 <b>Kelola Respon Bot</b>\n`,
    html`Teks yang dikirim bot ke pelanggan. Tanda ✏️ berarti sudah diubah dari bawaan (${
      states.filter((state) => state.changed).length
    } dari ${states.length}).`,
    !mayEdit && html`\nKamu bisa melihat pratinjaunya; yang bisa mengubah hanya owner.`,
    html`\nPilih template 👇`,
  );

const placeholders = (key: TemplateKey): Html =>
  lines(...TEMPLATES[key].placeholders.map((name) => html`<code>{${name}}</code> ${MEANING[name]}`));

export const templateDetail = (state: TemplateState, time: WriteTime): Html =>
  lines(
    html`<b>${state.label}</b>\n`,
    html`${PURPOSE[state.key]}\n`,
    state.changed
      ? html`✏️ Diubah oleh <b>${clip(state.changed.by, 64)}</b>, ${time(state.changed.at)}\n`
      : html`📄 Masih teks bawaan\n`,
    html`<b>Kata pengganti</b> yang boleh dipakai:`,
    placeholders(state.key),
  );

export const previewNote = (state: TemplateState): Html =>
  html`☝️ Seperti itulah <b>${state.label}</b> dilihat pelanggan, dengan data contoh.`;

export const rawNote = (state: TemplateState): Html =>
  html`☝️ Teks asli <b>${state.label}</b>. Tekan untuk menyalin, ubah seperlunya, lalu kirim lewat ${buttons.edit}.`;

export const rawPart = (part: string): Html => html`<pre>${part}</pre>`;

export const askText = (key: TemplateKey, label: string): Html =>
  html`✏️ <b>Ubah ${label}</b>

Kirim teks barunya dalam satu pesan. Boleh pakai format Telegram (tebal, miring, tautan, …) atau mengetik tag HTML seperti <code>&lt;b&gt;tebal&lt;/b&gt;</code>.

<b>Kata pengganti:</b>
${keep(placeholders(key))}`;

export const textPlease = (): Html => html`Template hanya bisa berupa teks. Kirim dalam bentuk teks ya 🙏`;

export const unsureFormatting = (kinds: readonly string[]): Html =>
  html`⚠️ Ada yang mungkin tidak bisa dikirim oleh bot: ${kinds.map((kind) => FORMATTING[kind] ?? kind).join(', ')}. Sisanya tetap utuh.`;

export const askSave = (label: string): Html =>
  html`☝️ Begini jadinya <b>${label}</b> dengan data contoh. Sudah pas?

Tekan ${buttons.save}, atau kirim teks lain untuk menggantinya.`;

export const saved = (): Html => html`✅ Template tersimpan dan langsung dipakai.`;
export const unchanged = (): Html => html`👌 Teksnya sama dengan yang sekarang, jadi tidak ada yang berubah.`;
export const overtaken = (): Html =>
  html`⚠️ Template ini baru saja diubah orang lain. Di atas ini teks mereka yang sekarang dipakai.

Tekan ${buttons.save} untuk menggantinya dengan teksmu, atau ❌ Batal untuk membiarkannya.`;
export const confirmReset = (state: TemplateState): Html =>
  html`♻️ Kembalikan <b>${state.label}</b> ke teks bawaan?

Teks yang sekarang tetap bisa dipulihkan lewat 💾 Backup Konfigurasi.`;
export const resetDone = (): Html => html`✅ Template kembali ke teks bawaan.`;

/** Why a text cannot be saved, in plain words, and where. */
export function problemWith(problem: TemplateProblem, body: string): Html {
  return lines(
    html`😅 Teksnya belum bisa disimpan: ${keep(reason(problem))}`,
    'at' in problem && place(body, problem.at),
  );
}

function reason(problem: TemplateProblem): Html {
  switch (problem.kind) {
    case 'empty':
      return html`isinya kosong.`;
    case 'too_long':
      return html`terlalu panjang. Dengan data terpanjang jadinya ${problem.length} karakter, padahal maksimal ${problem.max}.`;
    case 'too_much_markup':
      return html`teks beserta tag-nya terlalu panjang, maksimal ${problem.max} karakter.`;
    case 'too_many_marks':
      return html`formatnya terlalu banyak, Telegram hanya menampilkan ${problem.max} bagian berformat di sini.`;
    case 'unknown_placeholder':
      return html`kata pengganti <code>{${clip(problem.placeholder, 60)}}</code> tidak dikenal di template ini.`;
    case 'unknown_tag':
      return html`tag <code>&lt;${clip(problem.tag, 40)}&gt;</code> tidak dikenal Telegram, atau isinya salah tulis. Untuk baris baru cukup tekan enter.`;
    case 'not_closed':
      return html`tag <code>&lt;${problem.tag}&gt;</code> belum ditutup dengan <code>&lt;/${problem.tag}&gt;</code>.`;
    case 'not_opened':
      return html`tag penutup <code>&lt;/${clip(problem.tag, 40)}&gt;</code> tidak cocok dengan tag yang sedang terbuka.`;
    case 'unknown_entity':
      return html`<code>&amp;${clip(problem.entity, 40)};</code> tidak dikenal Telegram. Ketik saja hurufnya langsung.`;
    default:
      return html`ada tanda <code>&lt;</code> yang bukan bagian dari tag. Tulis sebagai <code>&amp;lt;</code> ya.`;
  }
}

/** The line on which it is, and what stands there. */
function place(body: string, at: number): Html {
  const line = body.slice(0, at).split('\n').length;
  const from = Math.max(body.lastIndexOf('\n', at - 1) + 1, at - 20);
  const piece = body.slice(from).split('\n')[0] ?? '';
  return html`📍 Baris ${line}: <code>${from > 0 && body[from - 1] !== '\n' ? '…' : ''}${clip(piece, 60)}</code>`;
}
