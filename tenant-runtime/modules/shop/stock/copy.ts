import { type Html, html, lines } from '../../../bot/html.ts';
import { INTAKE_LIMITS, type IntakeProblem } from './intake.ts';
import type { Restocked } from './schema.ts';
import type { Shortage } from './sql.ts';

const number = (value: number): string => value.toLocaleString('id-ID');

/** How goods may be sent; part of every prompt that asks for them. */
export const howToSend = (): Html =>
  html`Cara mengirim isi produk:
• Kirim pesan biasa: <b>satu pesan = satu isi</b>. Kalau barisnya lebih dari satu, kami tanyakan dulu.
• Tulis <code>#massal</code> di baris pertama: <b>satu baris = satu isi</b>.
• Kirim berkas <b>.txt</b> (UTF-8): <b>satu baris = satu isi</b>, bisa ribuan sekaligus.
• Kirim foto, video, atau berkas lain (boleh album): <b>satu berkas = satu isi</b>, keterangannya ikut terkirim.`;

export const restockReport = (of: Restocked): Html =>
  lines(
    of.added > 0 ? html`✅ <b>${number(of.added)}</b> isi ditambahkan.` : html`ℹ️ Tidak ada isi baru yang ditambahkan.`,
    (of.renewed ?? 0) > 0 &&
      html`🔄 Berkas yang sudah dikenal diperbarui: ${number(of.renewed ?? 0)}. Pesanan yang menunggu berkas ini segera dikirim.`,
    (of.files ?? 0) > 0 &&
      of.added > 0 &&
      html`📎 Pelanggan menerima berkasnya seperti yang kamu kirim. Mau banyak isi sekaligus? Pakai berkas .txt.`,
    of.duplicates > 0 && html`♻️ Duplikat dilewati: ${number(of.duplicates)}`,
    of.empty > 0 && html`▫️ Baris kosong dilewati: ${number(of.empty)}`,
    of.tooLong > 0 &&
      html`✂️ Terlalu panjang (lebih dari ${number(INTAKE_LIMITS.unit)} karakter): ${number(of.tooLong)}`,
    html`📦 Stok sekarang: <b>${number(of.available)}</b>`,
  );

const PROBLEMS: Record<IntakeProblem, Html> = {
  not_goods: html`Isi produk harus berupa teks, foto, video, atau berkas ya.`,
  not_txt: html`Berkas tabel tidak bisa jadi isi. Mau satu baris = satu isi? Simpan sebagai berkas berakhiran <b>.txt</b> ya. Kalau memang berkasnya yang dijual, jadikan <b>.zip</b> dulu.`,
  file_too_big: html`Berkasnya lebih dari 20 MB. Pecah menjadi beberapa berkas dulu ya.`,
  not_utf8: html`Berkasnya bukan teks UTF-8. Simpan ulang sebagai teks dengan enkode <b>UTF-8</b>, lalu kirim lagi ya.`,
  download_failed: html`Berkasnya gagal diambil dari Telegram. Coba kirim lagi ya.`,
  too_many: html`Isinya lebih dari ${number(INTAKE_LIMITS.units)} baris. Pecah menjadi beberapa berkas dulu ya.`,
  too_long: html`Isinya lebih dari ${number(INTAKE_LIMITS.unit)} karakter, jadi tidak bisa disimpan.`,
  nothing: html`Tidak ada isi yang bisa dibaca. Kirim minimal satu ya.`,
};

export const intakeProblem = (problem: IntakeProblem): Html => PROBLEMS[problem];

export const shortageNotice = (of: Shortage): Html =>
  of.level === 'out'
    ? html`🚨 <b>Stok habis</b>

📦 ${of.name} (<code>${of.code}</code>)
Isi lagi lewat ⚙️ Admin Settings → 🛒 Kelola Produk ya.`
    : html`⚠️ <b>Stok menipis</b>

📦 ${of.name} (<code>${of.code}</code>)
Sisa: <b>${of.available}</b>`;
