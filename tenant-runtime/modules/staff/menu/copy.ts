import { type Html, html } from '../../../bot/html.ts';

export const menu = (): Html =>
  html`⚙️ <b>Admin Settings</b>

Mau mengatur apa hari ini?`;

export const cancelled = (): Html => html`Oke, dibatalkan. Silakan lanjut lewat menu di bawah ya.`;

export const stale = 'Tombol ini sudah tidak berlaku 🙏';
