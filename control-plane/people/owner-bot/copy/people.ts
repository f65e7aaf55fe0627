import { quoteNameHtml } from '../../../../kernel/html.ts';

export const REFUSAL = 'Maaf, bot ini hanya untuk pemilik Lapak.';

/** For somebody who owns stores and not the control plane: this bot speaks to them, and takes no orders from them. */
export const forStoreOwner = (stores: readonly string[]): string =>
  `Halo! Bot ini mengabari Anda tentang ${stores.map((name) => quoteNameHtml(name)).join(', ')}. ` +
  'Perintah hanya untuk pemilik Lapak.';

export const COMMANDS = [
  { command: 'status', description: '📊 Keadaan semua toko' },
  { command: 'stores', description: '🏪 Daftar toko' },
  { command: 'store', description: '🔎 Satu toko: /store warung' },
  { command: 'backup', description: '💾 Cadangkan toko: /backup warung' },
  { command: 'console', description: '🖥 Buka konsol di browser' },
  { command: 'mute', description: '🔕 Bisukan: /mute warung 1h' },
  { command: 'unmute', description: '🔔 Akhiri bisu' },
  { command: 'audit', description: '🧾 Siapa mengubah apa' },
  { command: 'help', description: '❓ Bantuan' },
] as const;

export const HELP = [
  '🛠 <b>Lapak</b> — bot pemilik',
  'Saya mengabari sekali saat ada masalah, dan sekali saat masalah itu selesai.',
  '',
  '/status — keadaan semua toko',
  '/stores — daftar toko',
  '/store <code>nama</code> — satu toko',
  '/backup <code>nama</code> — cadangkan satu toko',
  '/console — buka konsol di browser',
  '/mute <code>[nama] [lama]</code> — bisukan, mis. <code>/mute warung 2h</code> (m menit, h jam, d hari; paling lama 7d). Yang terjadi selama itu dirangkum; yang 🚨 dari sistem pusat tetap disampaikan.',
  '/unmute <code>[nama]</code> — akhiri bisu',
  '/audit — siapa mengubah apa',
].join('\n');

export const NO_CONSOLE =
  '🖥 Konsol belum punya alamat yang bisa dibuka dari Telegram (<code>LAPAK_CONSOLE_URL</code>). ' +
  'Di komputer server: <code>npx lapak console</code>.';

export const CONSOLE_READY =
  '🖥 Tombol ini masuk ke konsol sebagai Anda: sekali saja, dan dalam satu menit. Jangan teruskan pesan ini.';

export const APOLOGY = 'Maaf, ada gangguan. Coba lagi sebentar lagi.';
