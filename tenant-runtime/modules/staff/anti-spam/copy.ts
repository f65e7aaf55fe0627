import { nameOf, type StoreUser } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';

export const spamWarning = (): Html => html`🚫 Jangan spam ya, tindakanmu akan dilaporkan ke admin.`;

export const spamReport = (user: StoreUser): Html =>
  html`🚨 <b>Laporan spam</b>

👤 ${nameOf(user)}${user.username ? ` (@${user.username})` : ''}
🆔 <code>${user.id}</code>

Mengirim terlalu banyak tindakan dalam waktu singkat.`;
