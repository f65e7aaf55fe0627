import { REHEARSAL_RESULTS } from '../../api/contract/index.ts';
import type { OperationRow } from '../../fleet/operations/index.ts';
import type { Finding, Result } from './findings.ts';
import { sentencesOf } from './messages.ts';

export type Line = Finding & { name: string };

/** What the checks of a rehearsal have found. */
export function linesOf({ steps }: Pick<OperationRow, 'steps'>): Line[] {
  return steps.flatMap(({ name, data }) => (data ? [{ name, ...(data as Finding) }] : []));
}

export const countOf = (lines: readonly Line[], result: Result): number =>
  lines.filter((line) => line.result === result).length;

/** The report as a person reads it. Pure. */
export function renderReport(store: string, operation: string, at: string, lines: readonly Line[]): string {
  const counts = REHEARSAL_RESULTS.map((each) => `${countOf(lines, each)} ${each}`);
  const rows = lines.map((line) => {
    const { found, remedy = '' } = sentencesOf(line.name, line);
    return `| ${[line.name, line.result, found, remedy].map(cell).join(' | ')} |`;
  });
  return [
    `# Rehearsal of ${store}`,
    '',
    `${at}, operation ${operation}: ${counts.join(', ')}.`,
    '',
    '| what | result | found | to fix |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|');

/** `2026-11-22-191500`, in the store's own time. */
export function stampOf(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return parts.replace(' ', '-').replaceAll(':', '');
}
