import { MAX_CAPTION, MAX_TEXT } from '../../../bot/html.ts';

/**
 * Placeholders that each template may use, how long it may become in characters, and the copy that is sent while nobody
 * has changed it. Goods and terms follow below two of them: those leave room.
 */
export const TEMPLATES = {
  welcome: {
    placeholders: ['nama', 'nama_toko', 'total_user', 'total_transaksi'],
    max: MAX_TEXT,
    body: `👋 Halo, <b>{nama}</b>! Selamat datang di <b>{nama_toko}</b>.

👥 Pengguna: <b>{total_user}</b>
🧾 Transaksi selesai: <b>{total_transaksi}</b>

Mau belanja apa hari ini? Pilih lewat menu di bawah ya 🛍`,
  },
  cara_order: {
    placeholders: ['nama', 'nama_toko'],
    max: MAX_TEXT,
    body: `📖 <b>Cara Order di {nama_toko}</b>

1. Tekan <b>🛍 Semua Produk</b>, lalu pilih atau ketik nomor produknya.
2. Atur jumlahnya, lalu tekan <b>🧺 Lanjut ke Keranjang</b>.
3. Tekan <b>💳 Lanjut ke Pembayaran</b> dan bayar.
4. Begitu pembayaran diterima, pesananmu langsung dikirim di sini. ✨

Pesanan yang tidak dibayar sampai batas waktunya akan batal sendiri, jadi tidak perlu khawatir.`,
  },
  payment_success: {
    placeholders: ['nama', 'order_id', 'produk', 'jumlah', 'harga', 'tanggal', 'status', 'nama_toko'],
    max: MAX_CAPTION,
    body: `🎉 <b>Pembayaran Berhasil</b>

Terima kasih, <b>{nama}</b>! Pembayaranmu sudah kami terima.

🧾 Invoice: <code>{order_id}</code>
📦 Produk: {produk}
🔢 Jumlah: {jumlah}
💰 Total: <b>{harga}</b>
🕒 Waktu: {tanggal}

Pesananmu kami kirim di bawah ini 👇`,
  },
  expired: {
    placeholders: ['nama', 'order_id', 'produk', 'jumlah', 'harga', 'tanggal', 'status', 'nama_toko'],
    max: MAX_TEXT,
    body: `⌛ <b>Pesanan Kedaluwarsa</b>

Invoice <code>{order_id}</code> ({produk}) belum dibayar sampai batas waktunya, jadi pesanannya kami batalkan.

Masih berminat? Silakan pesan lagi kapan saja ya 🙏`,
  },
  snk: {
    placeholders: ['nama', 'order_id', 'produk', 'nama_toko'],
    max: MAX_CAPTION,
    body: `📜 <b>Syarat &amp; Ketentuan</b>
Produk: <b>{produk}</b>`,
  },
  manual_deposit: {
    placeholders: ['nama', 'saldo', 'nama_toko'],
    max: MAX_TEXT,
    body: `🏦 <b>Transfer Manual</b>

Halo {nama}! Tanyakan rekening tujuannya ke admin {nama_toko}, transfer, lalu tekan <b>📤 Kirim Bukti</b>.
Saldo kamu sekarang: <b>{saldo}</b>`,
  },
} as const;

export type TemplateKey = keyof typeof TEMPLATES;

export const TEMPLATE_KEYS = Object.keys(TEMPLATES) as TemplateKey[];

/** The store's own name is known to the templates; all other placeholders are given by the caller. */
export type TemplateValues<K extends TemplateKey> = Record<
  Exclude<(typeof TEMPLATES)[K]['placeholders'][number], 'nama_toko'>,
  string | number
>;

export type Placeholder = (typeof TEMPLATES)[TemplateKey]['placeholders'][number];

/** The longest that a value becomes, in characters; a longer one is cut. So a text that fits once always fits. */
export const LONGEST_VALUE: Record<Placeholder, number> = {
  nama: 128,
  nama_toko: 64,
  total_user: 20,
  total_transaksi: 20,
  order_id: 64,
  produk: 300,
  jumlah: 20,
  // With what a voucher took off.
  harga: 45,
  tanggal: 40,
  status: 20,
  saldo: 20,
};

/** What stands in for real values in a preview. The store's name is its own. */
export const SAMPLES: Record<Exclude<Placeholder, 'nama_toko'>, string> = {
  nama: 'Budi Santoso',
  total_user: '1.204',
  total_transaksi: '873',
  order_id: 'tg123456789-k7m2p9',
  produk: 'Akun Premium 1 Bulan',
  jumlah: '2',
  harga: 'Rp30.000',
  tanggal: '22 Nov 2026, 14.05',
  status: 'Lunas',
  saldo: 'Rp50.000',
};
