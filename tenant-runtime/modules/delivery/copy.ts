import { clip, type Html, html } from '../../bot/html.ts';

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
  blockedNotice(ref: string): Html {
    return html`🚫 Barang pesanan <code>${ref}</code> belum terkirim karena pembeli memblokir bot. Barang dikirim otomatis begitu pembeli kembali.`;
  },
} as const;
