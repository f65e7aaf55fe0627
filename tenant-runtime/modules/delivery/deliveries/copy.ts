import { clip, type Html, html } from '../../../bot/html.ts';

export const copy = {
  copyGoods: '📋 Salin',
  placeholder(ref: string): Html {
    return html`🎉 Pembayaran pesanan <code>${ref}</code> sudah kami terima. Barangmu sedang disiapkan…`;
  },
  resending(ref: string): Html {
    return html`📦 Barang pesanan <code>${ref}</code> sedang kami kirim ulang…`;
  },
  resent(ref: string): Html {
    return html`📦 <b>Kirim Ulang</b>\n\nIni barang dari pesanan <code>${ref}</code>. Simpan baik-baik, ya.`;
  },
  file: (ref: string) => `${ref}.txt`,
  stuckNotice(ref: string, reason: string): Html {
    return html`🐢 Barang pesanan <code>${ref}</code> belum juga terkirim: ${clip(reason, 300)}. Kami terus mencoba.`;
  },
  fileLater(ref: string): Html {
    return html`📎 Satu berkas dari pesanan <code>${ref}</code> belum bisa kami kirim. Penjual sudah kami kabari, dan berkasnya masuk ke sini begitu siap. Pesanan dan uangmu aman.`;
  },
  fileRefusedNotice(ref: string, reason: string): Html {
    return html`📎 <b>Berkas pesanan</b> <code>${ref}</code> <b>ditolak Telegram</b>

Kata Telegram: ${clip(reason, 200)}
Biasanya karena bot toko ini diganti: berkas hanya dikenal oleh bot yang dulu menerimanya. Pembeli sudah dikabari dan menunggu.

Yang bisa kamu lakukan:
• <b>Teruskan</b> (forward) pesan berisi berkas itu dari chat bot lama ke 📥 Isi Stok produknya. Berkas yang dikenal diperbarui, dan pesanan langsung dikirim.
• Untuk isi tanpa batas: kirim lagi lewat ♾ Ganti Isi.
• Atau kembalikan uangnya lewat 📦 Kelola Order → 💸 Refund ke Saldo.`;
  },
  blockedNotice(ref: string): Html {
    return html`🚫 Barang pesanan <code>${ref}</code> belum terkirim karena pembeli memblokir bot. Barang dikirim otomatis begitu pembeli kembali.`;
  },
} as const;
