import type { Placeholder, TemplateKey } from '../index.ts';

export const PURPOSE: Record<TemplateKey, string> = {
  welcome: 'Dikirim saat pelanggan menekan /start atau kembali ke menu utama.',
  cara_order: 'Dikirim saat pelanggan menekan 📘 Cara Order.',
  payment_success: 'Dikirim begitu pesanan lunas. Isi produknya menyusul di bawah teks ini.',
  expired: 'Dikirim saat pesanan batal karena tidak dibayar sampai batas waktunya.',
  snk: 'Pembuka pesan SNK. Isi SNK tiap produk menyusul di bawah teks ini.',
  manual_deposit: 'Dikirim saat pelanggan memilih 🏦 Transfer Manual di menu 💰 Deposit.',
};

export const MEANING: Record<Placeholder, string> = {
  nama: 'nama pelanggan',
  nama_toko: 'nama toko',
  total_user: 'jumlah pengguna toko',
  total_transaksi: 'jumlah transaksi selesai',
  order_id: 'nomor invoice',
  produk: 'nama produk',
  jumlah: 'jumlah yang dibeli',
  harga: 'total yang dibayar',
  tanggal: 'tanggal dan jam',
  status: 'status pesanan',
  saldo: 'saldo pelanggan',
};

/** Kinds of formatting that a bot may not be able to send, as people call them. */
export const FORMATTING: Record<string, string> = { custom_emoji: 'emoji premium (pelanggan melihat emoji biasa)' };
