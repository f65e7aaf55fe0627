import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from '../../router/link.tsx';
import { useShownRows } from '../../ui/rows.ts';
import { useWide } from '../../ui/wide.ts';
import { FLEET } from '../../words/fleet.ts';
import { useWords } from '../../words/language.ts';
import { GRIDS, Row } from './row.tsx';
import type { FleetSearch, Sort, StoreRow } from './search.ts';

const HEIGHT = { wide: 36, narrow: 60 };
/** Left to right; without a sort where the API cannot sort by it. */
const COLUMNS = [
  ['storeName', 'storeName'],
  ['state', 'state'],
  ['why', undefined],
  ['image', 'image'],
  ['runtime', undefined],
  ['paidUntil', 'paidUntil'],
  ['updatedAt', 'updatedAt'],
] as const satisfies [string, Sort | undefined][];
export type TableProps = {
  rows: readonly StoreRow[];
  search: FleetSearch;
  selected: ReadonlySet<string>;
  /** Null where the scope selects nothing. */
  onSelect: ((store: string) => void) | null;
  onOpen(store: string): void;
};

/** Stores as rows: arrows go from one to the next, Enter opens it, x selects it. */
export function StoreTable({ rows, search, selected, onSelect, onOpen }: TableProps) {
  const words = useWords(FLEET);
  const isWide = useWide('(min-width: 64rem)');
  // Where every store has a process of its own, none needs to say so.
  const isPlaced = useMemo(() => rows.some(({ runtime }) => runtime === 'pooled'), [rows]);
  const height = isWide ? HEIGHT.wide : HEIGHT.narrow;
  const { ref, from, to, reveal } = useShownRows<HTMLDivElement>(rows.length, height);
  const [current, setCurrent] = useState(0);
  const wantsFocus = useRef(false);
  // The row that Tab comes to is always one that is drawn.
  const stop = current >= from && current < to ? current : from;
  useEffect(() => {
    const row = ref.current?.querySelector<HTMLElement>(`[data-row="${current}"]`);
    // A row far away is drawn only once it was scrolled to.
    if (!wantsFocus.current || !row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    const row = rows[stop];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(rows.length - 1, stop + step));
      wantsFocus.current = true;
      setCurrent(next);
      reveal(next);
    } else if (row && event.key === 'Enter' && event.target === event.currentTarget.querySelector(':focus[data-row]')) {
      onOpen(row.store);
    } else if (row && event.key === 'x') {
      onSelect?.(row.store);
    }
  };
  return (
    <div
      role="grid"
      aria-label={words.title}
      aria-rowcount={rows.length + 1}
      className="panel"
      tabIndex={-1}
      onKeyDown={press}
    >
      <Heads search={search} isWide={isWide} isPlaced={isPlaced} />
      <div ref={ref} role="rowgroup" className="relative" style={{ height: rows.length * height }}>
        {rows.slice(from, to).map((tenant, index) => (
          <Row
            key={tenant.store}
            tenant={tenant}
            at={from + index}
            height={height}
            isWide={isWide}
            isPlaced={isPlaced}
            isStop={from + index === stop}
            isSelected={selected.has(tenant.store)}
            onSelect={onSelect}
            onFocus={setCurrent}
          />
        ))}
      </div>
    </div>
  );
}

function Heads({ search, isWide, isPlaced }: { search: FleetSearch; isWide: boolean; isPlaced: boolean }) {
  const words = useWords(FLEET);
  const sort = search.sort ?? 'store';
  const isDown = search.order === 'desc';
  return (
    <div role="rowgroup" className={isWide ? '' : 'sr-only'}>
      <div
        role="row"
        tabIndex={-1}
        aria-rowindex={1}
        className={`${GRIDS[isPlaced ? 'placed' : 'plain']} border-line border-b px-3`}
      >
        <span role="columnheader" tabIndex={-1}>
          <span className="sr-only">{words.selection}</span>
        </span>
        {COLUMNS.filter(([name]) => isPlaced || name !== 'runtime').map(([name, by]) => (
          <span
            key={name}
            role="columnheader"
            tabIndex={-1}
            aria-sort={by === sort ? (isDown ? 'descending' : 'ascending') : undefined}
            className="flex min-w-0 items-center font-medium text-muted"
          >
            {by && isWide ? (
              <Link
                to="/fleet"
                search={{ ...search, sort: by, order: by === sort && !isDown ? 'desc' : undefined }}
                className="flex min-h-8 items-center gap-1 hover:text-text"
              >
                {words.columns[name]}
                <span aria-hidden="true">{by === sort ? (isDown ? '↓' : '↑') : ''}</span>
              </Link>
            ) : (
              words.columns[name]
            )}
          </span>
        ))}
      </div>
    </div>
  );
}
