import { formatRupiah } from '../../../../../kernel/money.ts';
import { clip, type Html, html, keep, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { ALL_SUBJECTS, actionName, FIELDS, MONEY, STATUSES, SUBJECTS } from './copy-actions.ts';
import type { AuditEntry } from './sql.ts';

export const buttons = { filter: '🔎 Pilih Bagian', back: '⬅️ Kembali' } as const;

export const toasts = { stale: 'Tombol ini sudah tidak berlaku 🙏' } as const;

/** Five entries with the longest of everything stay below one message. */
const FIELDS_SHOWN = 4;
const LONGEST_VALUE = 50;

export const subjectLabel = (subject: number): string => SUBJECTS[subject]?.label ?? ALL_SUBJECTS.label;

export function auditLog(of: Page<AuditEntry>, subject: number, time: WriteTime): Html {
  const title = subject === 0 ? html`📓 <b>Log Audit</b>` : html`📓 <b>Log Audit</b> · ${subjectLabel(subject)}`;
  if (of.items.length === 0) return html`${keep(title)}\n\nBelum ada yang tercatat di sini.`;
  return lines(
    html`${keep(title)} (halaman ${of.page + 1} dari ${of.pages})`,
    ...of.items.map((entry) => html`\n${keep(auditEntry(entry, time))}`),
  );
}

export const chooseSubject = (): Html => html`🔎 Mau melihat catatan bagian mana?`;

const ROLES: Readonly<Record<string, string>> = { owner: 'owner', admin: 'admin' };

function who({ actorId, actorName, actorRole }: AuditEntry): Html {
  if (actorId === null) return html`🤖 Sistem`;
  return html`👤 <b>${clip(actorName ?? String(actorId), 40)}</b> (${ROLES[actorRole] ?? actorRole}, <code>${actorId}</code>)`;
}

const auditEntry = (entry: AuditEntry, time: WriteTime): Html =>
  lines(
    html`🕒 ${time(entry.at)}`,
    who(entry),
    html`📝 ${clip(actionName(entry.action), 60)} · <code>${clip(entry.target, 40)}</code>`,
    ...changes(entry.before, entry.after),
  );

/** `harga: 15000 → 20000`, a line for each field that differs. */
function changes(before: unknown, after: unknown): Html[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]),
  );
  const shown = names.slice(0, FIELDS_SHOWN).map((name) => {
    const label = clip(FIELDS[name] ?? name, 20);
    const written = (of: Record<string, unknown>) => keep(valueText(name, of[name]));
    if (!(name in old)) return html`   ${label}: ${written(now)}`;
    if (!(name in now)) return html`   ${label}: ${written(old)}${after === null ? '' : ' → (tidak ada)'}`;
    return html`   ${label}: ${written(old)} → ${written(now)}`;
  });
  return names.length > FIELDS_SHOWN ? [...shown, html`   … dan ${names.length - FIELDS_SHOWN} hal lain`] : shown;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { nilai: value };
}

/** A value that a person typed may hold markup: as code it is seen to be theirs. */
function valueText(name: string, value: unknown): Html {
  if (value === null || value === undefined || value === '') return html`(kosong)`;
  const status = name === 'status' ? STATUSES[String(value)] : undefined;
  if (status !== undefined) return html`${status}`;
  if (typeof value === 'number' && MONEY.has(name)) return html`${formatRupiah(value)}`;
  if (typeof value === 'boolean') return value ? html`ya` : html`tidak`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return html`<code>${clip(text.replace(/\s+/g, ' '), LONGEST_VALUE)}</code>`;
}
