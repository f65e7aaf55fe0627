/** One line of the report. */
export type Row = {
  what: string;
  ours: number;
  yardstick: number;
  /** What both are measured in, such as `updates/s`. */
  unit: string;
  /** `least` bounds ours ÷ yardstick from below, `most` from above; without either the line only informs. */
  budget?: { least?: number; most?: number };
};

export type Section = {
  name: string;
  /** What is compared with what. */
  title: string;
  rows: Row[];
  notes: string[];
  skipped?: string;
  failed?: string;
};

export type Verdict = 'met' | 'missed' | '';

export const ratioOf = (row: Row): number => row.ours / row.yardstick;

export function verdictOf(row: Row): Verdict {
  if (!row.budget) return '';
  const { least = 0, most = Number.POSITIVE_INFINITY } = row.budget;
  const ratio = ratioOf(row);
  return ratio >= least && ratio <= most ? 'met' : 'missed';
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The value that `share` (0 to 1) of all are not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const HEAD = ['what', 'ours', 'yardstick', 'ratio', 'budget', 'verdict'];

/** The report as people read it. */
export function printable(sections: readonly Section[]): string {
  const cells = sections.flatMap((section) => section.rows.map(cellsOf));
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => (row[column] as string).length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  const table = (section: Section) =>
    section.rows.length > 0 ? [line(HEAD), ...section.rows.map((row) => line(cellsOf(row)))] : [];
  return sections
    .flatMap((section) => [
      `${section.name}: ${section.title}`,
      ...table(section),
      ...(section.skipped ? [`skipped: ${section.skipped}`] : []),
      ...(section.failed ? [`FAILED: ${section.failed}`] : []),
      ...section.notes.map((note) => `  ${note}`),
      `  again: npm run bench -- ${section.name}`,
      '',
    ])
    .join('\n');
}

function cellsOf(row: Row): string[] {
  return [
    row.what,
    `${amount(row.ours)} ${row.unit}`,
    `${amount(row.yardstick)} ${row.unit}`,
    ratioOf(row).toFixed(2),
    budgetText(row),
    verdictText(row),
  ];
}

function budgetText({ budget }: Row): string {
  if (budget?.least !== undefined) return `≥ ${budget.least} ×`;
  return budget?.most === undefined ? '' : `≤ ${budget.most} ×`;
}

function verdictText(row: Row): string {
  const verdict = verdictOf(row);
  if (verdict !== 'missed') return verdict;
  const bound = row.budget?.least ?? row.budget?.most ?? 1;
  return `missed by ${Math.abs((ratioOf(row) / bound - 1) * 100).toFixed(0)} %`;
}

const amount = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
