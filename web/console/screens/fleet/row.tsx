import { memo } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { GoTo, storePath } from '../../ui/links.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { FLEET } from '../../words/fleet.ts';
import { useWords } from '../../words/language.ts';
import type { StoreRow } from './search.ts';

/** Columns of the wide table, `placed` with the runtime among them. */
export const GRIDS = {
  plain: 'grid grid-cols-[32px_minmax(160px,2fr)_124px_minmax(80px,2fr)_minmax(100px,1.5fr)_128px_128px] gap-x-3',
  placed:
    'grid grid-cols-[32px_minmax(160px,2fr)_124px_minmax(60px,1.5fr)_minmax(90px,1.5fr)_108px_124px_128px] gap-x-3',
} as const;

type RowProps = {
  tenant: StoreRow;
  at: number;
  height: number;
  isWide: boolean;
  /** Whether it says where it runs. */
  isPlaced: boolean;
  isStop: boolean;
  isSelected: boolean;
  onSelect: ((store: string) => void) | null;
  onFocus(at: number): void;
};

/** One store. On a phone its name and slug stand over its state. */
export const Row = memo(function Row(props: RowProps) {
  const { tenant, at, height, isWide, isPlaced, isStop, isSelected, onSelect, onFocus } = props;
  const words = useWords(FLEET);
  const { store, storeName, state, reason, health, image, paidUntil, updatedAt, operation, runtime, shard } = tenant;
  const why = reason ?? health?.reason ?? '';
  const name = (
    <GoTo to={storePath(store)} className="link min-w-0 truncate font-medium">
      {storeName}
    </GoTo>
  );
  const badge = (
    <>
      <StateBadge state={state} />
      {operation !== null && (
        <span className="text-info" title={words.working}>
          <Icon name="turning" />
          <span className="sr-only">{words.working}</span>
        </span>
      )}
    </>
  );
  const cells = isWide
    ? [
        <span key="name" className="flex min-w-0 items-baseline gap-2">
          {name} {storeName !== store && <span className="max-w-[60%] shrink-0 truncate text-muted">{store}</span>}
        </span>,
        <span key="state" className="flex items-center gap-1">
          {badge}
        </span>,
        <span key="why" title={why} className="block truncate text-muted">
          {why}
        </span>,
        <span key="image" title={image} className="block truncate text-muted">
          {image}
        </span>,
        ...(isPlaced
          ? [
              <span key="runtime" className="block truncate text-muted">
                {shard ?? words.runtime[runtime]}
              </span>,
            ]
          : []),
        paidUntil === null ? (
          <span key="rent" className="text-muted">
            –
          </span>
        ) : (
          <Time key="rent" at={paidUntil} inRow />
        ),
        <span key="changed" className="text-muted">
          <Time at={updatedAt} inRow />
        </span>,
      ]
    : [
        <span key="name" className="flex min-w-0 items-baseline gap-2">
          {name}
        </span>,
        <span key="state" className="flex min-w-0 items-center gap-2">
          <span className="flex items-center gap-1">{badge}</span>
          <span className="min-w-0 truncate text-muted">
            {why || (isPlaced && shard ? `${store} · ${shard}` : store)}
          </span>
        </span>,
      ];
  return (
    <div
      role="row"
      data-row={at}
      aria-rowindex={at + 2}
      aria-selected={isSelected}
      tabIndex={isStop ? 0 : -1}
      className={`absolute inset-x-0 border-line border-t px-3 aria-selected:bg-raised hover:bg-raised focus-visible:-outline-offset-2 ${
        isWide
          ? `${GRIDS[isPlaced ? 'placed' : 'plain']} items-center`
          : 'grid grid-cols-[32px_minmax(0,1fr)] content-center gap-x-3'
      }`}
      style={{ top: at * height, height }}
      onFocus={() => onFocus(at)}
    >
      <span role="gridcell" tabIndex={-1} className={isWide ? '' : 'row-span-2 self-center'}>
        {onSelect && (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={words.select(storeName)}
            className="size-5 align-middle accent-accent"
            checked={isSelected}
            onChange={() => onSelect(store)}
          />
        )}
      </span>
      {cells.map((cell) => (
        <span key={cell.key} role="gridcell" tabIndex={-1} className="min-w-0">
          {cell}
        </span>
      ))}
    </div>
  );
});
