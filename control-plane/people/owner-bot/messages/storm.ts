import type { InlineKeyboardMarkup } from 'grammy/types';
import { escapeHtml } from '../../../../kernel/html.ts';
import { hasEnd, type IncidentRow, lasted, overOf, SIGNS, titleOf } from '../../../monitoring/alerts/index.ts';
import { BUTTONS } from '../buttons.ts';
import { isOver } from './incident.ts';

/** An incident of which something waits to be said. */
export type Waiting = { incident: IncidentRow; opened: boolean; closed: boolean };

const MOST_NAMES = 8;
const MOST_LINES = 15;
const MOST_BUTTONS = 6;
const SEVERITIES = ['info', 'warn', 'error', 'fatal'] as const;

const worst = (incidents: readonly IncidentRow[]) =>
  SIGNS[SEVERITIES[Math.max(...incidents.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? 'error'];

/** A storm as one message that counts: what began, by kind, and what is over. */
export function stormText(waiting: readonly Waiting[]): string {
  const begun = waiting.filter(({ opened, closed }) => opened && !closed).map(({ incident }) => incident);
  const passed = waiting.filter(({ opened, closed }) => opened && closed).length;
  const ended = waiting.filter(({ opened, closed }) => !opened && closed).map(({ incident }) => incident);
  const lines = [];
  if (begun.length > 0) lines.push(`${worst(begun)} <b>${headline(begun)}</b>`);
  else lines.push(`✅ <b>${passed + ended.length} masalah selesai</b>`);
  for (const [kind, incidents] of Map.groupBy(begun, ({ kind }) => kind)) {
    lines.push(`${worst(incidents)} ${titleOf(kind)}: ${incidents.length}${names(incidents)}`);
  }
  for (const [kind, incidents] of Map.groupBy(ended, ({ kind }) => kind)) {
    lines.push(`✅ ${overOf(kind)}: ${incidents.length}${names(incidents)}`);
  }
  if (passed > 0) lines.push(`✅ Muncul dan sudah selesai: ${passed}`);
  return lines.join('\n');
}

/** One line of a list: what, where, and since when or for how long. */
export function incidentLine(incident: IncidentRow, now: Date): string {
  const where = incident.store === null ? 'sistem pusat' : `<code>${incident.store}</code>`;
  const what = `${escapeHtml(titleOf(incident.kind))} · ${where}`;
  if (isOver(incident)) return `✅ ${what} · selesai setelah ${lasted(incident.opened_at, incident.closed_at)}`;
  const since = hasEnd(incident.kind) ? `sejak ${lasted(incident.opened_at, now)}` : '';
  const care = incident.acknowledged_at ? ' · 👤' : '';
  return [`${SIGNS[incident.severity]} ${what}`, since].filter(Boolean).join(' · ') + care;
}

/** What was held back while it was muted. */
export function summaryText(waiting: readonly Waiting[], mute: { of: string; lasted: string; now: Date }): string {
  const head = `🔔 <b>Bisu berakhir</b> · ${mute.of}`;
  if (waiting.length === 0) return `${head}\nSelama ${mute.lasted} tidak ada masalah.`;
  const over = waiting.filter(({ incident }) => isOver(incident)).length;
  const lines = waiting.slice(0, MOST_LINES).map(({ incident }) => incidentLine(incident, mute.now));
  const more = waiting.length - lines.length;
  return [
    head,
    `Selama ${mute.lasted}: ${waiting.length} masalah, ${over} sudah selesai.`,
    ...lines,
    ...(more > 0 ? [`… dan ${more} lagi`] : []),
  ].join('\n');
}

/** Ways on from a message about many: into what is open, and the list of all. */
export function manyKeyboard(incidents: readonly IncidentRow[], mute: boolean): InlineKeyboardMarkup {
  const open = incidents.filter((incident) => !isOver(incident));
  const single = open.slice(0, MOST_BUTTONS).map(({ id, store }) => ({
    text: `🔎 ${store ?? 'sistem pusat'}`,
    callback_data: BUTTONS.incident('details', id),
  }));
  const rows = Array.from({ length: Math.ceil(single.length / 2) }, (_, row) => single.slice(row * 2, row * 2 + 2));
  const all = { text: '📋 Masalah terbuka', callback_data: BUTTONS.incidents };
  const quiet = { text: '🔕 Bisukan semua 1 jam', callback_data: BUTTONS.muteAll };
  return { inline_keyboard: [...rows, mute && open.length > 0 ? [all, quiet] : [all]] };
}

function headline(incidents: readonly IncidentRow[]): string {
  const stores = new Set(incidents.map(({ store }) => store));
  return stores.has(null) ? `${incidents.length} masalah baru` : `${stores.size} toko bermasalah`;
}

function names(incidents: readonly IncidentRow[]): string {
  const stores = [...new Set(incidents.flatMap(({ store }) => store ?? []))];
  if (stores.length === 0) return '';
  const more = stores.length - MOST_NAMES;
  return ` — ${stores.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, … (+${more})` : ''}`;
}
