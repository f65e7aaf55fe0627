import { formatRupiah } from '../../kernel/money.ts';
import type { ChaosReport } from './run.ts';

const MOST_SHOWN = 12;

const counts = (of: Record<string, number>) =>
  Object.entries(of)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');

/** The run as people read it. */
export function printable(report: ChaosReport, again: string): string {
  const { books, broken } = report;
  const wide = Math.max(...books.map(({ what }) => what.length));
  // Lines in brackets say what the others are made of.
  const left = books.filter(({ what }) => !what.startsWith('(')).reduce((sum, line) => sum + line.rupiah, 0);
  return [
    `troubles (${report.mode}): ${counts(report.troubles)}`,
    `stock: ${counts(report.stock)}`,
    '',
    ...books.map(
      ({ what, count, rupiah }) =>
        `${what.padEnd(wide)}  ${String(count).padStart(6)}  ${rupiahText(rupiah).padStart(16)}`,
    ),
    `${'left over'.padEnd(wide)}  ${''.padStart(6)}  ${rupiahText(left).padStart(16)}`,
    '',
    ...(broken.length === 0 ? ['The books balance.'] : broken.flatMap(({ rule, what }) => brokenText(rule, what))),
    ...(broken.length === 0 ? [] : ['', `again: ${again}`]),
  ].join('\n');
}

function brokenText(rule: string, what: readonly string[]): string[] {
  const more = what.length - MOST_SHOWN;
  return [
    `BROKEN: ${rule}`,
    ...what.slice(0, MOST_SHOWN).map((one) => `  ${one}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

const rupiahText = (amount: number) => (amount < 0 ? `-${formatRupiah(-amount)}` : formatRupiah(amount));
