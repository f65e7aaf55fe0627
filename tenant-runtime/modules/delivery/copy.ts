import { clip, type Html, html, lines, MAX_TEXT, visibleLength } from '../../bot/html.ts';

export const copy = {
  placeholder(ref: string): Html {
    return html`🎉 Pembayaran pesanan <code>${ref}</code> sudah kami terima. Barangmu sedang disiapkan…`;
  },
  file: (ref: string) => `${ref}.txt`,
  /** The editor takes terms that leave room for a header of a thousand characters; only a longer one cuts them. */
  terms(header: Html, terms: string): Html {
    return lines(header, '', html`${clip(terms, MAX_TEXT - visibleLength(header) - 2)}`);
  },
  stuckNotice(ref: string, reason: string): Html {
    return html`🐢 Barang pesanan <code>${ref}</code> belum juga terkirim: ${clip(reason, 300)}. Kami terus mencoba.`;
  },
  blockedNotice(ref: string): Html {
    return html`🚫 Barang pesanan <code>${ref}</code> belum terkirim karena pembeli memblokir bot. Barang dikirim otomatis begitu pembeli kembali.`;
  },
} as const;
