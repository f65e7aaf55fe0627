/** A cell: a text that may be of a person's making, or a number of ours. */
export type Cell = string | number | null;

/** Excel takes a file for UTF-8 by this, and where a comma is the decimal sign, as in Indonesia, cells end with a semicolon. */
export const BOM = '\uFEFF';
const SEPARATOR = ';';

/** What a spreadsheet would run as a formula, in whatever width the sign was typed. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One line of a table. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(SEPARATOR)}\r\n`;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /["\r\n;,]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
