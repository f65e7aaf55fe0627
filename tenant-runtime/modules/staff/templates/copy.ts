import { type Html, html } from '../../../bot/html.ts';
import type { TemplateKey } from './defaults.ts';

export const LABELS: Record<TemplateKey, string> = {
  welcome: '👋 Sambutan',
  cara_order: '📖 Cara Order',
  payment_success: '🎉 Pembayaran Berhasil',
  expired: '⌛ Pesanan Kedaluwarsa',
  snk: '📜 Pembuka SNK',
  manual_deposit: '🏦 Transfer Manual',
};

/** One line each about a change, for the owners. */
export const changed = (key: TemplateKey): Html => html`Template <b>${LABELS[key]}</b> diubah.`;
export const reset = (key: TemplateKey): Html => html`Template <b>${LABELS[key]}</b> dikembalikan ke bawaan.`;

export const rolledBack = (key: TemplateKey, refused: boolean): Html =>
  html`🛠 Template <b>${LABELS[key]}</b> ${refused ? 'ditolak Telegram' : 'gagal ditampilkan'}, jadi dikembalikan ke bawaan. Teks lamanya masih ada di log audit. Periksa lagi isinya lewat 🛠 Kelola Respon Bot ya.`;

export const sampleRefused = (): Html =>
  html`⚠️ Telegram menolak menampilkan teks ini, jadi jangan disimpan dulu. Coba periksa tag dan tautannya ya.`;
