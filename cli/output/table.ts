import { padEnd, printable, width } from './text.ts';

/** Rows under headings, in columns as wide as their widest cell. No trailing blanks. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => padEnd(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name  value` lines with the names in one column. A value that is undefined leaves its line out. */
export function facts(entries: Readonly<Record<string, string | number | undefined>>): string {
  const known = Object.entries(entries).filter(([, value]) => value !== undefined);
  const widest = Math.max(0, ...known.map(([name]) => width(name)));
  return known.map(([name, value]) => `${padEnd(name, widest)}  ${printable(String(value))}`).join('\n');
}
