import { formatRupiah } from '../../../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, MAX_CAPTION, paragraphs } from '../../../../../bot/html.ts';
import { type Content, type FileKind, INTAKE_LIMITS } from '../../../stock/index.ts';
import { type Product, TIER_LIMITS, type TierProblem } from '../../index.ts';

const FILES: Record<FileKind, string> = { document: '📎 Berkas', photo: '🖼 Foto', video: '🎬 Video' };

/** A unit as one reads it: its text, or what kind of file it is and what is said about it. */
export function unitText({ content, file }: Content): string {
  if (!file) return content;
  const about = [file.name, file.caption].filter((part) => part !== null).join(' · ');
  return about === '' ? FILES[file.kind] : `${FILES[file.kind]}: ${about}`;
}

/** What is sent as the content of a product that is sold any number of times. */
const howToSendEndless = html`Kirim <b>satu isi</b> yang diterima <b>setiap pembeli</b>: teks atau tautan, foto, video, atau berkas. Stoknya tidak pernah habis, dan tiap pembeli cukup membeli 1.`;

export const askEndless = (step: string): Html => html`➕ <b>Tambah Produk</b> · ${step}

♾ <b>Isi Tanpa Batas</b>
${keep(howToSendEndless)}`;

export const askReplacement = (product: Product): Html => html`♾ <b>Ganti Isi</b> · ${product.name}

${keep(howToSendEndless)}

Yang sudah menerima isi lama tidak berubah, juga saat memakai 📦 Kirim ulang. Pesanan yang belum dikirim mendapat isi baru.`;

export const endlessSet = (): Html => html`✅ Isinya tersimpan, dan bisa dijual tanpa batas.`;
export const endlessReplaced = (): Html =>
  html`✅ Isinya diganti. Pembeli berikutnya mendapat yang baru; yang sudah menerima tetap memegang yang lama.`;
export const endlessMore = (): Html =>
  html`Salah kirim? Kirim saja yang benar, isinya diganti.
Kalau sudah, mau tambahkan <b>SNK (syarat dan ketentuan)</b> untuk produk ini?`;

export const endlessPlease = (problem: 'not_goods' | 'too_long'): Html =>
  problem === 'too_long'
    ? html`⚠️ Isinya lebih dari ${INTAKE_LIMITS.unit.toLocaleString('id-ID')} karakter, jadi tidak bisa disimpan.`
    : html`⚠️ Isinya harus berupa teks, foto, video, atau berkas ya.`;

export const endlessContent = (product: Product, content: Content | undefined): Html =>
  paragraphs(
    html`👁 <b>Isi ${product.name}</b>`,
    content
      ? html`<pre>${clip(unitText(content), MAX_CAPTION - 200)}</pre>`
      : html`Belum ada isinya. Kirim lewat ♾ Ganti Isi ya.`,
  );

/** Below the report of the first file of an album: the others follow in silence, unless something is wrong. */
export const albumFollows = (): Html => html`🗂 Berkas lain dari album ini ikut ditambahkan satu per satu.`;

export const askTiers = (product: Product): Html =>
  lines(
    html`🔻 <b>Harga Grosir</b> · ${product.name}\n`,
    html`Harga satuan sekarang: <b>${formatRupiah(product.price)}</b>`,
    ...product.tiers.map((tier) => html`• ${tier.from} ke atas: ${formatRupiah(tier.price)}`),
    html`\nTulis jumlah dan harga satuannya, satu baris satu harga, misalnya:`,
    html`<pre>5 = 14000\n10 = 12000</pre>`,
    html`Artinya: beli 5 sampai 9 harganya Rp14.000 per satuan, beli 10 ke atas Rp12.000. Maksimal ${TIER_LIMITS.tiers} baris.`,
    html`Kirim <code>-</code> untuk menghapus harga grosir.`,
  );

export function tierProblem(problem: TierProblem): Html {
  if (!('line' in problem)) {
    return problem.kind === 'empty'
      ? html`⚠️ Belum ada harga yang bisa dibaca.`
      : html`⚠️ Maksimal ${TIER_LIMITS.tiers} baris ya.`;
  }
  const { line } = problem;
  const why: Record<typeof problem.kind, string> = {
    shape: 'harus berbentuk "jumlah = harga"',
    quantity: `jumlahnya harus 2 sampai ${TIER_LIMITS.quantity}; harga untuk 1 diubah lewat 💰 Ubah Harga`,
    price: 'harganya tidak terbaca',
    repeated: 'jumlahnya ditulis dua kali',
    not_cheaper: 'harganya harus lebih murah daripada membeli lebih sedikit',
  };
  return html`⚠️ Baris "<code>${clip(line, 60)}</code>": ${why[problem.kind]}.`;
}

export const askLimit = (product: Product): Html => html`👤 <b>Batas Beli</b> · ${product.name}

Sekarang: <b>${product.perCustomer === null ? 'tanpa batas' : `maksimal ${product.perCustomer} per pelanggan`}</b>

Kirim jumlah paling banyak yang boleh dimiliki satu pelanggan, dihitung dari semua pesanannya yang tidak batal. Kirim <code>-</code> kalau tanpa batas.`;

export const limitInvalid = (): Html => html`⚠️ Kirim angka 1 sampai ${TIER_LIMITS.quantity}, atau <code>-</code> ya.`;
