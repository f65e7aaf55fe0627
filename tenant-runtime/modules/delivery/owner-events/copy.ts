import { formatRupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines, MAX_TEXT, paragraphs, rawHtml, visibleLength } from '../../../bot/html.ts';
import type { Severity } from './schema.ts';
import type { DayOfSales } from './sql.ts';

/** Up to this many come one by one; more are folded. */
const ONE_BY_ONE = 3;

/** Few events are a message each; many share as few messages as hold them all. Nothing is left out. */
export function fold(store: string, texts: readonly Html[]): Html[] {
  const head = html`🏪 <b>${store}</b>`;
  if (texts.length <= ONE_BY_ONE) return texts.map((text) => html`${keep(head)}\n${keep(text)}`);
  const messages: Html[] = [];
  let body = html`${keep(head)} · ${texts.length} kabar`;
  for (const text of texts) {
    const longer = paragraphs(body, text);
    if (visibleLength(longer) <= MAX_TEXT) body = longer;
    else {
      messages.push(body);
      body = html`${keep(head)}\n${keep(text)}`;
    }
  }
  return [...messages, body];
}

/** Longest text of one event, so that it fits into a message with the store's name above it. */
const LONGEST_EVENT = 3900;

/** An event that is too long for a message loses its markup rather than its beginning. */
export function bounded(text: Html): Html {
  if (visibleLength(text) <= LONGEST_EVENT) return text;
  return html`${clip(rawHtml(text.replace(/<[^>]*>/g, '')), LONGEST_EVENT)}`;
}

const MARK: Record<Severity, string> = { info: 'ℹ️', warn: '⚠️', error: '🔥', fatal: '💥' };

/** Log lines of one kind within a minute. */
export const logged = (of: { level: Severity; service: string; message: string; fault: string; times: number }): Html =>
  lines(
    html`${MARK[of.level]} <b>${of.service}</b>: ${clip(of.message, 200)}${of.times > 1 ? ` (${of.times}×)` : ''}`,
    of.fault !== '' && html`<code>${clip(of.fault, 300)}</code>`,
  );

export const digest = (day: string, of: DayOfSales): Html =>
  lines(
    html`📒 <b>Ringkasan ${day}</b>`,
    html`✅ Pesanan lunas: <b>${of.paid}</b>`,
    html`💰 Omzet: <b>${formatRupiah(of.revenue)}</b>`,
    html`⌛ Tidak dibayar: ${of.unpaid}`,
    of.deposits > 0 && html`💼 Deposit masuk: ${of.deposits} · ${formatRupiah(of.deposited)}`,
  );
