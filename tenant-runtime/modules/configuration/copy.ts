import type { Actor } from '../../bot/context.ts';
import { type Html, html, keep } from '../../bot/html.ts';

/** What the owners read about a change. */
export const changeNotice = (actor: Actor, summary: Html): Html =>
  html`⚙️ ${keep(summary)}

Oleh ${actor.role} <code>${actor.id}</code>`;
