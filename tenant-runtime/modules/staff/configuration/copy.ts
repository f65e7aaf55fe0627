import type { Actor } from '../../../bot/context.ts';
import { type Html, html, keep } from '../../../bot/html.ts';

/** What the owners read about a change. */
export const changeNotice = (actor: Actor, name: string, summary: Html): Html =>
  html`⚙️ ${keep(summary)}

👤 Oleh <b>${name}</b> (${actor.role === 'owner' ? 'owner' : 'admin'}, <code>${actor.id}</code>)`;

export const restoredNotice = (id: number, safety: number, restored: number, refused: number): Html =>
  html`Konfigurasi dipulihkan dari salinan <b>#${id}</b>: ${restored} hal dikembalikan${
    refused > 0 ? `, ${refused} tidak bisa` : ''
  }. Keadaan sebelumnya ada di salinan <b>#${safety}</b>.`;

export const beforeRestore = (id: number): string => `Pemulihan dari salinan #${id}`;
