import { nameOf, type StoreUser } from '../../../bot/context.ts';
import { clip, type Html, html, keep, lines, MAX_TEXT, visibleLength } from '../../../bot/html.ts';
import { EVIDENCE_LIMITS, type EvidenceProblem } from './evidence.ts';
import type { Evidence, ProofKind } from './schema.ts';
import type { Obligation } from './sql.ts';

export const buttons = {
  fulfil: '✅ Penuhi SNK',
  replace: '🔁 Ganti Bukti',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  often: 'Bukti ini sudah sering diganti. Hubungi admin toko kalau masih ada yang perlu diubah, ya 🙏',
  noTerms: 'SNK produk ini sudah dihapus, jadi tidak ada yang perlu dipenuhi 🙏',
} as const;

/** The header of the store above the terms; a header that leaves no room for all of them gives way. */
export function termsMessage(header: Html, product: string, terms: string): Html {
  const fits = visibleLength(header) + 2 + terms.length <= MAX_TEXT;
  const above = fits ? header : html`📜 <b>SNK ${clip(product, 100)}</b>`;
  return lines(above, '', html`${clip(terms, MAX_TEXT - visibleLength(above) - 2)}`);
}

export const askProof = (name: string): Html =>
  html`✅ <b>Penuhi SNK</b> · ${clip(name, 100)}

Kirim buktinya di sini, boleh berupa <b>teks</b> (maksimal ${EVIDENCE_LIMITS.text} karakter) atau <b>satu foto</b>. Hanya admin toko yang bisa melihatnya 🔒`;

const PROBLEMS: Record<EvidenceProblem, string> = {
  not_proof: 'Bentuk seperti itu belum bisa kami terima sebagai bukti.',
  empty: 'Buktinya masih kosong.',
  too_long: `Teksnya kepanjangan, maksimal ${EVIDENCE_LIMITS.text} karakter.`,
  caption_long: `Keterangan fotonya kepanjangan, maksimal ${EVIDENCE_LIMITS.caption} karakter.`,
  not_image: 'Berkas itu bukan gambar. Kirim fotonya langsung saja ya.',
  file_too_big: 'Berkasnya terlalu besar, maksimal 20 MB. Kirim sebagai foto biasa saja ya.',
};

export const askAgain = (problem: EvidenceProblem, name: string): Html =>
  html`⚠️ ${PROBLEMS[problem]}

${keep(askProof(name))}`;

export const saved = (updated: boolean): Html =>
  updated
    ? html`✅ Bukti SNK-mu sudah kami perbarui dan kami teruskan ke admin. Terima kasih 🙏`
    : html`✅ Bukti SNK-mu sudah kami terima dan kami teruskan ke admin. Terima kasih 🙏`;

export const noLonger = (): Html =>
  html`🙏 SNK ini sudah tidak bisa dipenuhi: pesanannya berubah, atau SNK-nya sudah dihapus. Tidak ada yang kami simpan.`;

/** What was sent before; short enough for the caption of a photo. */
export const sentBefore = (name: string, at: string, { text }: Evidence): Html =>
  lines(
    html`📎 <b>Bukti SNK</b> · ${clip(name, 100)}`,
    html`Kamu sudah mengirim bukti ini pada ${at}.`,
    text !== '' && html`\n${text}`,
    html`\nMau menggantinya? Tekan tombol di bawah 👇`,
  );

const KINDS: Record<ProofKind, string> = { text: '📝 Teks', photo: '🖼 Foto', document: '📄 Berkas gambar' };
export const kindLabel = (kind: ProofKind): string => KINDS[kind];

/** Whose proof it is, for the admins; at most some 330 characters, which a caption has room for. */
export function proofNotice(customer: StoreUser, due: Obligation, evidence: Evidence, updated: boolean): Html {
  return lines(
    updated ? html`🔁 <b>Bukti SNK diperbarui</b>` : html`📎 <b>Bukti SNK baru</b>`,
    html`👤 ${clip(nameOf(customer), 60)}${customer.username ? ` (@${customer.username})` : ''} · <code>${customer.id}</code>`,
    html`📦 ${clip(due.name, 100)}`,
    html`🧾 <code>${due.ref}</code>`,
    html`${kindLabel(evidence.kind)}`,
  );
}

/** Above the other pictures of an album whose first one is the proof. */
export const morePictures = (customer: StoreUser, due: Obligation): Html =>
  html`📎 <b>Bukti SNK, lanjutan</b>\n👤 ${clip(nameOf(customer), 60)} · <code>${customer.id}</code>\n📦 ${clip(due.name, 100)}\n🧾 <code>${due.ref}</code>`;

export const withProof = (notice: Html, { text }: Evidence): Html =>
  text === '' ? notice : html`${keep(notice)}\n\n${text}`;
