import { clip, type Html, html, keep, lines, paragraphs } from '../../../bot/html.ts';
import { PROFILE_LIMITS, type ProfileProblem } from './schema.ts';
import type { Contact } from './sql.ts';

export const buttons = {
  name: '✏️ Ubah Nama',
  whatsapp: '📱 Nomor WhatsApp',
  forget: '🗑 Hapus Nomor',
} as const;

export const toasts = { stale: 'Tombol ini sudah tidak berlaku 🙏' } as const;

const { name, whatsapp } = PROFILE_LIMITS;

export const askName = (current: string): Html =>
  html`✏️ <b>Ubah Nama</b>

Nama sekarang: <b>${clip(current, 130)}</b>

Kirim nama panggilanmu, ${name.min} sampai ${name.max} karakter.`;

export const askWhatsApp = (current: string | null): Html =>
  lines(
    html`📱 <b>Nomor WhatsApp</b>\n`,
    current !== null && html`Nomor sekarang: <code>+${current}</code>\n`,
    html`Kirim nomormu, misalnya <code>0812-3456-7890</code> atau <code>+62 812 3456 7890</code>.`,
  );

const PROBLEMS: Record<ProfileProblem, Html> = {
  name_lines: html`Nama cukup satu baris saja.`,
  name_short: html`Namanya terlalu pendek, minimal ${name.min} karakter yang terlihat.`,
  name_long: html`Namanya terlalu panjang, maksimal ${name.max} karakter.`,
  whatsapp_shape: html`Nomornya hanya boleh berisi angka, dengan + di depan, spasi, atau tanda hubung.`,
  whatsapp_length: html`Nomornya harus ${whatsapp.min} sampai ${whatsapp.max} angka, termasuk kode negara.`,
};

const again = (problem: Html, question: Html): Html => paragraphs(html`⚠️ ${keep(problem)}`, question);
export const wrong = (problem: ProfileProblem, question: Html): Html => again(PROBLEMS[problem], question);
export const textPlease = (question: Html): Html => again(html`Kirim dalam bentuk teks ya.`, question);

export const renamed = (to: string): Html => html`✅ Oke, mulai sekarang kami panggil kamu <b>${to}</b>.`;
export const numberSaved = (number: string): Html => html`✅ Nomor WhatsApp <code>+${number}</code> tersimpan.`;
export const numberForgotten = (): Html => html`✅ Nomor WhatsApp-mu sudah kami hapus.`;

/** Who has a public name gets a button; the others are mentioned by their id. */
export function customerService(people: readonly Contact[]): Html {
  const mentioned = people.filter(({ username }) => username === null);
  return lines(
    html`👨‍💼 <b>Customer Service</b>\n`,
    html`Ada pertanyaan atau kendala? Admin kami siap membantu. Sertakan nomor invoice-mu kalau ada, ya.`,
    mentioned.length > 0 && '',
    ...mentioned.map(({ id, name }) => html`💬 <a href="tg://user?id=${id}">${clip(name ?? 'Admin', 60)}</a>`),
    mentioned.length < people.length && html`\nTekan tombol di bawah untuk mengobrol 👇`,
  );
}

export const contactLabel = ({ name, username }: Contact): string => `💬 ${clip(name ?? `@${username}`, 40)}`;
