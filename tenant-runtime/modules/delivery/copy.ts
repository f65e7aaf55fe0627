import { clip, type Html, html } from '../../bot/html.ts';

export const copy = {
  placeholder(ref: string): Html {
    return html`🎉 Pembayaran pesanan <code>${ref}</code> sudah kami terima. Barangmu sedang disiapkan…`;
  },
  file: (ref: string) => `${ref}.txt`,
  stuckNotice(ref: string, reason: string): Html {
    return html`🐢 Barang pesanan <code>${ref}</code> belum juga terkirim: ${clip(reason, 300)}. Kami terus mencoba.`;
  },
  blockedNotice(ref: string): Html {
    return html`🚫 Barang pesanan <code>${ref}</code> belum terkirim karena pembeli memblokir bot. Barang dikirim otomatis begitu pembeli kembali.`;
  },
} as const;
