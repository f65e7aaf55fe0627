import { type Html, html } from '../../../bot/html.ts';

/** Stands on everything that is paid without money. */
export const TRIAL = html`🧪 <b>MODE UJI COBA</b>, bukan uang sungguhan`;
export const TRIAL_TOAST = '🧪 MODE UJI COBA, bukan uang sungguhan';

/** What sellers and owners are told. */
export const copy = {
  begun(gateway: string, advice: string): Html {
    return html`🚨 <b>Pembayaran lewat ${gateway} sedang tidak bisa diterima</b>

${advice}

Selama belum beres, pesanan yang memilih pembayaran ini langsung kami batalkan dan pembelinya kami beri tahu. Begitu beres, kamu kami kabari lagi.`;
  },
  over(gateway: string): Html {
    return html`✅ Pembayaran lewat ${gateway} sudah bisa diterima lagi.`;
  },
} as const;
