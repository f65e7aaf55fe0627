import { escapeHtml, quoteHtml, quoteNameHtml } from '../../../../kernel/html.ts';
import type { AuditRow } from '../../../api/audit/index.ts';
import type { Tenant } from '../../../api/contract/index.ts';
import { hasEnd, type IncidentRow, renderAlert, renderRecovery } from '../../../monitoring/alerts/index.ts';
import { BUTTONS } from '../buttons.ts';
import { title } from '../messages/fold.ts';
import { incidentKeyboard, isOver } from '../messages/incident.ts';
import { incidentLine } from '../messages/storm.ts';
import type { Mute } from '../mutes-sql.ts';
import type { ListedStore } from '../sql.ts';
import { rows, type View } from '../view.ts';
import { type Moment, STATES, whoTakesCare } from './words.ts';

const LONGEST_DETAIL = 3000;
const button = (text: string, data: string) => ({ text, callback_data: data });

export type Overview = {
  byState: Readonly<Record<string, number>>;
  open: readonly IncidentRow[];
  checks: readonly { name: string; ok: boolean; detail: string }[];
  waiting: number;
  mutes: readonly Mute[];
  now: Date;
};

export function statusView(of: Overview, moment: Moment): View {
  const total = Object.values(of.byState).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(STATES).flatMap(([state, { sign, word }]) =>
    of.byState[state] ? [`${sign} ${of.byState[state]} ${word}`] : [],
  );
  const checks = of.checks.map(({ name, ok, detail }) => (ok ? `✅ ${name}` : `❌ ${name}: ${escapeHtml(detail)}`));
  const lines = [
    '📊 <b>Keadaan Lapak</b>',
    `🏪 ${total} toko${states.length > 0 ? `: ${states.join(' · ')}` : ''}`,
    '',
    ...incidentsLines(of.open, of.now),
    '',
    '🛠 <b>Sistem pusat</b>',
    ...checks,
    `⚙️ Operasi menunggu: ${of.waiting}`,
    ...of.mutes.map((mute) => `🔕 ${mute.store ?? 'semua'} dibisukan sampai ${moment(mute.until)}`),
  ];
  const list = of.open.length > 0 ? [button('📋 Masalah terbuka', BUTTONS.incidents)] : [];
  const keyboard = rows([button('🏪 Toko', BUTTONS.stores(0)), button('🔄 Segarkan', BUTTONS.status)], list);
  return { text: lines.join('\n'), keyboard };
}

const MOST_LINES = 10;

function incidentsLines(open: readonly IncidentRow[], now: Date): string[] {
  if (open.length === 0) return ['✅ Tidak ada masalah terbuka.'];
  const more = open.length - MOST_LINES;
  return [
    `❗ <b>Masalah terbuka: ${open.length}</b>`,
    ...open.slice(0, MOST_LINES).map((incident) => incidentLine(incident, now)),
    ...(more > 0 ? [`… dan ${more} lagi`] : []),
  ];
}

/** What is open, each with a button into it. */
export function incidentsView(open: readonly IncidentRow[], now: Date): View {
  const buttons = open
    .slice(0, MOST_LINES)
    .map(({ id, store }) => [button(`🔎 ${store ?? 'sistem pusat'}`, BUTTONS.incident('details', id))]);
  return { text: incidentsLines(open, now).join('\n'), keyboard: rows(...buttons) };
}

export const PAGE = 8;

export function storesView(page: number, { stores, total }: { stores: readonly ListedStore[]; total: number }): View {
  if (total === 0) return { text: 'Belum ada toko.' };
  const pages = Math.max(1, Math.ceil(total / PAGE));
  const lines = stores.map(
    ({ store, storeName, state }) => `${STATES[state].sign} ${quoteNameHtml(storeName)} · <code>${store}</code>`,
  );
  const each = stores.map(({ store, state }) => [
    button(`${STATES[state].sign} ${store}`, BUTTONS.store('show', store)),
  ]);
  const turn = [
    ...(page > 0 ? [button('◀️', BUTTONS.stores(page - 1))] : []),
    ...(page < pages - 1 ? [button('▶️', BUTTONS.stores(page + 1))] : []),
  ];
  const head = `🏪 <b>Toko</b> · ${total}${pages > 1 ? ` · halaman ${page + 1}/${pages}` : ''}`;
  return { text: [head, ...lines].join('\n'), keyboard: rows(...each, turn) };
}

/** Quoted: it may hold words of the store's runtime. */
const reasonOf = ({ reason }: Tenant): string => (reason === null ? '' : `\n${quoteHtml(reason, 500)}`);

export type StoreFacts = {
  tenant: Tenant;
  open: readonly IncidentRow[];
  muted: Mute | undefined;
  /** When the last good backup was made; undefined where nobody makes any. */
  backup: { at: Date | null } | undefined;
  operation: string | undefined;
  now: Date;
};

export function storeView({ tenant, open, muted, backup, operation, now }: StoreFacts, moment: Moment): View {
  const { sign, word } = STATES[tenant.state];
  const lines = [
    title(tenant.storeName, tenant.store),
    `${sign} ${word}${reasonOf(tenant)}`,
    `🤖 @${tenant.bot.username}`,
    `📦 ${escapeHtml(tenant.image)} · generasi ${tenant.generation}`,
    ...(backup ? [`💾 Cadangan terakhir: ${backup.at ? moment(backup.at) : 'belum ada'}`] : []),
    ...(operation ? [`⏳ Operasi ${operation} sedang berjalan`] : []),
    ...(muted ? [`🔕 Dibisukan sampai ${moment(muted.until)}`] : []),
    '',
    ...incidentsLines(open, now),
  ];
  const { store } = tenant;
  const quiet = muted
    ? button('🔔 Akhiri bisu', BUTTONS.store('unmute', store))
    : button('🔕 Bisukan 1 jam', BUTTONS.store('mute', store));
  const keyboard = rows(
    [button('🔄 Mulai ulang', BUTTONS.store('restart', store)), button('🔎 Detail', BUTTONS.store('details', store))],
    backup ? [quiet, button('💾 Cadangkan', BUTTONS.store('backup', store))] : [quiet],
  );
  return { text: lines.join('\n'), keyboard };
}

export function storeDetailsView(tenant: Tenant, operations: readonly string[]): View {
  const { limits, ports, observed } = tenant;
  const facts = [
    `keadaan     ${tenant.state}, diinginkan ${tenant.desiredState}`,
    `runtime     ${observed.state}, generasi ${observed.generation ?? '-'} dari ${tenant.generation}`,
    `penerimaan  ${tenant.mode}`,
    `batas       ${limits.memoryMb} MiB, ${limits.cpus} CPU, ${limits.pids} proses`,
    `port        ${ports ? `${ports.telegram}, ${ports.pakasir}` : '-'}`,
    `database    ${tenant.database}`,
    `folder      ${tenant.folder}`,
    `pakasir     ${tenant.pakasirSlug}`,
    ...(tenant.paused ? ['reconciler  dijeda'] : []),
  ];
  const last = operations.length > 0 ? ['', 'operasi terakhir', ...operations] : [];
  return {
    text: `${title(tenant.storeName, tenant.store)}\n${quoteHtml([...facts, ...last].join('\n'), 3500)}`,
  };
}

/** Everything that is known of an incident, and what is so now. */
export function incidentView(incident: IncidentRow, tenant: Tenant | undefined, moment: Moment): View {
  const lines = [
    title(incident.store_name, incident.store),
    renderAlert(incident, LONGEST_DETAIL),
    `🕐 ${hasEnd(incident.kind) ? 'Sejak ' : ''}${moment(incident.opened_at)}`,
  ];
  if (incident.seen > 1) lines.push(`👀 Terlihat ${incident.seen}×, terakhir ${moment(incident.seen_at)}`);
  if (isOver(incident)) lines.push(renderRecovery(incident));
  if (incident.acknowledged_at) lines.push(`👤 Ditangani oleh ${escapeHtml(whoTakesCare(incident))}`);
  if (tenant) {
    const { sign, word } = STATES[tenant.state];
    lines.push(`Toko sekarang: ${sign} ${word}${reasonOf(tenant)}`);
  } else if (incident.store !== null) lines.push('Toko ini sudah tidak ada.');
  return { text: lines.join('\n'), keyboard: isOver(incident) ? undefined : incidentKeyboard(incident) };
}

export function auditView(entries: readonly AuditRow[], moment: Moment): View {
  if (entries.length === 0) return { text: 'Belum ada perubahan.' };
  const lines = entries.map(
    ({ at, actor, action, target, result }) =>
      `${moment(at)} · ${escapeHtml(actor)}\n   ${escapeHtml(action)} · ${escapeHtml(target)} · ${escapeHtml(result)}`,
  );
  return { text: ['🧾 <b>Perubahan terakhir</b>', ...lines].join('\n') };
}
