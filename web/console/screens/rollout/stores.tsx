import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { GoTo, operationPath, storePath } from '../../ui/links.tsx';
import { written } from '../../ui/numbers.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { useShownRows } from '../../ui/rows.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import type { RolloutView } from '../rollouts/change.tsx';

const STATES = ['failed', 'running', 'waiting', 'succeeded', 'skipped', 'reverted'] as const;
type State = (typeof STATES)[number];
const HEIGHT = 52;

type StoresProps = { id: string; counts: RolloutView['counts']; waves: RolloutView['waves'] };

/** Which store is where; by one state at a time, or all. */
export function Stores({ id, counts, waves }: StoresProps) {
  const words = useWords(ROLLOUTS);
  const language = useLanguage();
  const [state, setState] = useState<State>();
  const list = useInfiniteQuery({
    queryKey: ['/v1/rollouts/:id/stores', { params: { id }, query: { state } }, 'all'],
    queryFn: ({ pageParam: cursor, signal }) =>
      call('GET', '/v1/rollouts/:id/stores', { params: { id }, query: { state, limit: 1000, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const rows = list.data?.pages.flatMap((page) => page.stores) ?? [];
  const { ref, from, to } = useShownRows<HTMLUListElement>(rows.length, HEIGHT);
  return (
    <section aria-label={words.stores} className="panel">
      <div className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-2">
        <h2>{words.stores}</h2>
        <div className="flex flex-wrap gap-1">
          {[undefined, ...STATES.filter((one) => counts[one] > 0 || one === state)].map((one) => (
            <button
              key={one ?? 'all'}
              type="button"
              aria-pressed={one === state}
              className="flex min-h-8 items-center gap-2 rounded-md border border-line px-2 hover:bg-raised aria-pressed:border-accent aria-pressed:bg-raised aria-pressed:font-semibold"
              onClick={() => setState(one)}
            >
              {one ? <StateBadge state={one} of="work" /> : words.everyState}
              {one && <span className="text-muted">{written(counts[one], language)}</span>}
            </button>
          ))}
        </div>
      </div>
      {list.error && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {list.isLoading && <Skeleton />}
      {list.isSuccess && rows.length === 0 && <p className="p-3 text-muted">{words.noStores}</p>}
      <ul ref={ref} aria-label={words.stores} className="relative" style={{ height: rows.length * HEIGHT }}>
        {rows.slice(from, to).map(({ store, wave, state: at, operation, detail }, index) => (
          <li
            key={store}
            className="absolute inset-x-0 grid grid-cols-[minmax(0,1fr)_auto] content-center gap-x-3 border-line border-t px-3"
            style={{ top: (from + index) * HEIGHT, height: HEIGHT }}
          >
            <GoTo to={storePath(store)} className="link truncate">
              {store}
            </GoTo>
            {operation === null ? (
              <StateBadge state={at} of="work" />
            ) : (
              <GoTo to={operationPath(operation)} className="underline">
                <StateBadge state={at} of="work" />
              </GoTo>
            )}
            <span className="truncate text-muted" title={detail ?? ''}>
              {detail}
            </span>
            <span className="text-right text-muted">{words.wave(waves[wave]?.name ?? '')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
