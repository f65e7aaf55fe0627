import type { ReactNode } from 'react';

export type Column<T> = {
  /** Its heading; on a narrow screen it stands before each value. Empty for actions. */
  head: string;
  cell(row: T): ReactNode;
  /** Of its cells and its heading, such as `text-right`. */
  className?: string;
};

type TableProps<T> = {
  /** What the table lists, for whoever does not see it. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string | number;
};

/** A table of some dozens of rows, the first column their headings. On a phone each row is a block of lines. */
export function Table<T>({ label, columns, rows, keyOf }: TableProps<T>) {
  const [first, ...others] = columns;
  if (!first) return null;
  return (
    <table className="panel w-full border-separate border-spacing-0 max-sm:block" aria-label={label}>
      <thead className="max-sm:sr-only">
        <tr>
          {columns.map(({ head, className = '' }) => (
            <th
              key={head}
              scope="col"
              className={`border-line border-b px-3 py-2 text-left font-medium text-muted ${className}`}
            >
              {head || <span className="sr-only">·</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            className="group max-sm:flex max-sm:flex-col max-sm:gap-1 max-sm:border-line max-sm:border-b max-sm:px-3 max-sm:py-2 max-sm:last:border-b-0 sm:hover:bg-raised"
          >
            <th scope="row" className={`${CELL} break-words text-left font-normal ${first.className ?? ''}`}>
              {first.cell(row)}
            </th>
            {others.map(({ head, cell, className = '' }) => (
              <td key={head} className={`${CELL} ${head ? LABELLED : ''} ${className}`} data-label={head}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const CELL = 'align-top sm:border-line sm:border-b sm:px-3 sm:py-2 sm:group-last:border-b-0';
const LABELLED =
  'max-sm:flex max-sm:justify-between max-sm:gap-3 max-sm:text-right max-sm:before:min-w-0 max-sm:before:text-left max-sm:before:text-muted max-sm:before:content-[attr(data-label)]';
