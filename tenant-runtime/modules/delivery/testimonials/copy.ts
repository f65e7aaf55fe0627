import { clip, type Html, html, lines } from '../../../bot/html.ts';
import type { OrderLine } from '../../money/orders/index.ts';
import type { Channel } from './schema.ts';

export const buttons = {
  connect: '🔗 Sambungkan Channel',
  change: '🔁 Ganti Channel',
  disconnect: '🔌 Putuskan',
} as const;

export const toasts = { disconnected: '🔌 Channel testimoni diputus' } as const;

const MOST_LINES = 5;

/** The first letter of a name and no more: nobody is known by it. */
function veiled(name: string): string {
  const [first] = new Intl.Segmenter('id').segment(name.trim() || 'P');
  return `${first?.segment ?? 'P'}***`;
}

/** What everybody may read of a sale. */
export function salePost(buyer: string, items: readonly OrderLine[], store: string, at: string): Html {
  return lines(
    html`🎉 <b>${veiled(buyer)}</b> baru saja membeli:`,
    ...items.slice(0, MOST_LINES).map((line) => html`• ${line.quantity} × ${clip(line.name, 100)}`),
    items.length > MOST_LINES && html`… dan ${items.length - MOST_LINES} produk lain`,
    html`\n🕒 ${at}`,
    html`🛍 Terima kasih sudah berbelanja di <b>${store}</b>!`,
  );
}

export const testPost = (store: string): Html =>
  html`📢 Channel ini tersambung dengan <b>${store}</b>. Setiap pembelian nanti dikabarkan di sini, tanpa nama lengkap pembeli.`;

export const screen = (channel: Channel | undefined): Html =>
  lines(
    html`📢 <b>Channel Testimoni</b>\n`,
    channel
      ? html`Tersambung ke <b>${clip(channel.title, 100)}</b> (<code>${channel.chatId}</code>). Setiap pesanan yang lunas dikabarkan di sana.`
      : html`Belum ada channel. Kalau disambungkan, setiap pesanan yang lunas dikabarkan di channel itu.`,
    html`\nYang ditulis hanya huruf pertama nama pembeli, produk, jumlah, dan waktunya.`,
  );

export const askChannel = (): Html => html`🔗 <b>Sambungkan Channel</b>

1. Jadikan bot ini <b>admin</b> di channel-mu, dengan izin mengirim pesan.
2. Kirim ke sini <code>@namachannel</code>, tautannya, ID-nya (<code>-100…</code>), atau teruskan satu pesan dari channel itu.

Bot lalu mengirim satu pesan uji coba ke sana.`;

export const noChannel = (): Html =>
  html`⚠️ Itu belum terbaca sebagai channel. Contoh yang benar: <code>@tokotestimoni</code> atau <code>-1001234567890</code>.`;

export const checking = (): Html => html`⏳ Sedang kami cek channel-nya…`;

export type Obstacle = 'not_found' | 'not_a_channel' | 'no_right' | 'busy';

const OBSTACLES: Record<Obstacle, Html> = {
  not_found: html`😔 Channel itu tidak ditemukan, atau bot belum ada di dalamnya. Periksa namanya, dan jadikan bot ini admin di sana dulu ya.`,
  not_a_channel: html`😔 Itu bukan channel. Testimoni hanya bisa dikirim ke channel ya.`,
  no_right: html`😔 Bot belum boleh mengirim pesan di channel itu. Jadikan bot ini <b>admin</b> dengan izin mengirim pesan, lalu sambungkan lagi ya.`,
  busy: html`😔 Telegram sedang tidak menjawab. Coba sambungkan lagi sebentar lagi ya.`,
};

export const obstacle = (what: Obstacle): Html => OBSTACLES[what];

export const connected = ({ title }: Channel): Html =>
  html`✅ Channel <b>${clip(title, 100)}</b> tersambung, dan pesan uji cobanya sudah terkirim. Mulai sekarang setiap pesanan yang lunas dikabarkan di sana.`;

export const connectedSummary = ({ title }: Channel): Html =>
  html`Channel testimoni disambungkan: <b>${clip(title, 100)}</b>.`;
export const disconnectedSummary = ({ title }: Channel): Html =>
  html`Channel testimoni diputus: <b>${clip(title, 100)}</b>.`;

export const switchedOff = ({ title }: Channel, reason: string): Html => html`📢 <b>Channel testimoni dimatikan</b>

Kabar pembelian tidak bisa dikirim ke <b>${clip(title, 100)}</b>. Kata Telegram: ${clip(reason, 200)}
Penjualan tetap berjalan seperti biasa. Periksa apakah bot masih admin di sana, lalu sambungkan lagi lewat ⚙️ Admin Settings → 📢 Channel Testimoni.`;
