import type { InlineKeyboardMarkup } from 'grammy/types';
import { escapeHtml } from '../../../../kernel/html.ts';
import { hasEnd, type IncidentRow, renderAlert, renderRecovery } from '../../../monitoring/alerts/index.ts';
import type { AlertKind } from '../../../platform/alerting.ts';
import { BUTTONS } from '../buttons.ts';
import { type Moment, whoTakesCare } from '../copy/words.ts';
import { title } from './fold.ts';

/** An incident that has ended; what happens at one moment never does. */
export const isOver = (incident: IncidentRow): incident is IncidentRow & { closed_at: Date } =>
  hasEnd(incident.kind) && incident.closed_at !== null;

/** The message that tells of one incident: how it began and, as far as `over` says so, how it ended. */
export function incidentText(incident: IncidentRow, over: boolean, moment: Moment): string {
  const lines = [title(incident.store_name, incident.store), renderAlert(incident)];
  if (over && isOver(incident)) lines.push(renderRecovery(incident));
  if (incident.acknowledged_at) {
    lines.push(`👤 Ditangani oleh ${escapeHtml(whoTakesCare(incident))} · ${moment(incident.acknowledged_at)}`);
  }
  return lines.join('\n');
}

/** The message that tells of the end alone. */
export const recoveryText = (incident: IncidentRow & { closed_at: Date }): string =>
  `${title(incident.store_name, incident.store)}\n${renderRecovery(incident)}`;

type Remedy = 'restart' | 'backup';

/** What one press may fix, by kind. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  runtime_down: 'restart',
  crash_loop: 'restart',
  health: 'restart',
  operation_failed: 'restart',
  operation_stuck: 'restart',
  upgrade_rolled_back: 'restart',
  backup_failed: 'backup',
  backup_overdue: 'backup',
  backup_shrunk: 'backup',
  offsite_failed: 'backup',
} satisfies Partial<Record<AlertKind, Remedy>>;

function remedy({ id, kind, tenant_id, store }: IncidentRow) {
  if (tenant_id === null || store === null) return [];
  const buttons = {
    restart: { text: '🔄 Mulai ulang', callback_data: BUTTONS.incident('restart', id) },
    backup: { text: '💾 Cadangkan sekarang', callback_data: BUTTONS.store('backup', store) },
  };
  const wanted = REMEDIES[kind];
  return wanted ? [buttons[wanted]] : [];
}

/** What an owner can do about it now. */
export function incidentKeyboard(incident: IncidentRow, over = isOver(incident)): InlineKeyboardMarkup {
  const { id } = incident;
  const details = { text: '🔎 Detail', callback_data: BUTTONS.incident('details', id) };
  if (over) return { inline_keyboard: [[details]] };
  const mute = {
    text: incident.store === null ? '🔕 Bisukan semua 1 jam' : '🔕 Bisukan 1 jam',
    callback_data: BUTTONS.incident('mute', id),
  };
  const care = { text: '✅ Saya tangani', callback_data: BUTTONS.incident('acknowledge', id) };
  return {
    inline_keyboard: [[details, ...remedy(incident)], incident.acknowledged_at ? [mute] : [mute, care]],
  };
}
