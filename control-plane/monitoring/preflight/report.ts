import { REHEARSAL_RESULTS } from '../../api/contract/index.ts';
import type { OperationRow } from '../../fleet/operations/index.ts';
import { type Finding, findingOf, type Result } from './check.ts';

export type Told = Finding & { name: string };

/** The lines of a rehearsal that have been played. */
export function linesOf({ steps }: Pick<OperationRow, 'steps'>): Told[] {
  return steps.flatMap(({ name, detail }) => {
    const finding = findingOf(detail);
    return finding ? [{ name, ...finding }] : [];
  });
}

export const countOf = (lines: readonly Told[], result: Result): number =>
  lines.filter((line) => line.result === result).length;

/** The report as a person reads it. Pure. */
export function renderReport(store: string, operation: string, at: string, lines: readonly Told[]): string {
  const counts = REHEARSAL_RESULTS.map((each) => `${countOf(lines, each)} ${each}`);
  const rows = lines.map(
    (line) => `| ${[line.name, line.result, line.found, line.remedy ?? ''].map(cell).join(' | ')} |`,
  );
  return [
    `# Rehearsal of ${store}`,
    '',
    `${at}, operation ${operation}: ${counts.join(', ')}.`,
    '',
    '| what | result | found | to mend |',
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
