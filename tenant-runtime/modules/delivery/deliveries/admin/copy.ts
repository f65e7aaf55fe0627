import { type Html, html, lines } from '../../../../bot/html.ts';

export const buttons = { hide: '🙈 Sensor barang', show: '👁 Tampilkan langsung' } as const;

export const screen = (hidden: boolean): Html =>
  lines(
    html`🙈 <b>Sensor Barang</b>\n`,
    html`Sekarang: <b>${hidden ? 'disensor' : 'tampil langsung'}</b>\n`,
    html`Kalau disensor, isi barang yang dikirim ke pembeli tertutup dulu dan baru terbaca setelah diketuk. Cocok untuk akun dan kata sandi, supaya tidak terbaca orang di sebelahnya.`,
    html`Barang yang dikirim sebagai berkas tidak berubah.`,
  );

export const toasts = {
  hidden: 'Mulai sekarang barang dikirim tersensor 🙈',
  shown: 'Mulai sekarang barang tampil langsung 👁',
} as const;
