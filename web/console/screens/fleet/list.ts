import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { call } from '../../api/client.ts';
import type { Answer } from '../../api/routes.ts';
import { useLiveEvents } from '../../live/live.tsx';
import { OWN_LIVE } from '../../live/stale.ts';
import type { FleetSearch, StoreRow } from './search.ts';

const PAGE = 500;
/** Stores that are read again with one request. */
const TOGETHER = 100;

type Page = Answer<'GET', '/v1/tenants'>;
type Pages = InfiniteData<Page, string | undefined>;

export type StoreList = {
  rows: readonly StoreRow[];
  /** All pages are here. */
  isWhole: boolean;
  isLoading: boolean;
  /** What is shown belongs to the search before. */
  isOld: boolean;
  error: Error | null;
  again(): void;
};

/** All stores that match, page after page without being asked; stores that change are read again alone. */
export function useStoreList(search: FleetSearch): StoreList {
  const queries = useQueryClient();
  const queryKey = ['/v1/tenants', { query: search }, 'all'] as const;
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam: cursor, signal }) =>
      call('GET', '/v1/tenants', { query: { ...search, limit: PAGE, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    // `replaced` keeps the rows that stay; comparing all would copy the others into objects of twice the size.
    structuralSharing: false,
    meta: OWN_LIVE,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage, refetch } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);

  const waiting = useRef(new Set<string>());
  const isReading = useRef(false);
  const latest = useRef(queryKey);
  latest.current = queryKey;

  async function readChanged(): Promise<void> {
    if (isReading.current) return;
    isReading.current = true;
    try {
      while (waiting.current.size > 0) {
        const key = latest.current;
        const stores = [...waiting.current].slice(0, TOGETHER);
        for (const store of stores) waiting.current.delete(store);
        const { tenants } = await call('GET', '/v1/tenants', {
          query: { ...key[1].query, stores: stores.join(','), limit: TOGETHER },
        });
        const before = queries.getQueryData<Pages>(key);
        if (!before) continue;
        const { pages, added } = replaced(before.pages, new Set(stores), tenants);
        queries.setQueryData<Pages>(key, { ...before, pages });
        if (added) await refetch();
      }
    } catch {
      // What could not be read alone is read with everything, and that shows what went wrong.
      await refetch();
    } finally {
      isReading.current = false;
    }
  }

  useLiveEvents(({ events, all }) => {
    if (all) return void refetch();
    for (const { kind, store } of events) {
      if (store !== null && (kind === 'tenant' || kind === 'operation')) waiting.current.add(store);
    }
    void readChanged();
  });

  const rows = useMemo(() => list.data?.pages.flatMap(({ tenants }) => tenants) ?? [], [list.data]);
  return {
    rows,
    isWhole: list.isSuccess && !hasNextPage && !list.isPlaceholderData,
    isLoading: list.isLoading,
    isOld: list.isPlaceholderData,
    error: list.error,
    again: () => void refetch(),
  };
}

/** The pages with the changed stores as they are now; those that match no longer are left out. Pure. */
export function replaced(
  pages: readonly Page[],
  changed: ReadonlySet<string>,
  now: readonly StoreRow[],
): { pages: Page[]; added: boolean } {
  const left = new Map(now.map((tenant) => [tenant.store, tenant]));
  const next = pages.map((page) => ({
    ...page,
    tenants: page.tenants.flatMap((tenant) => {
      if (!changed.has(tenant.store)) return [tenant];
      const newer = left.get(tenant.store);
      left.delete(tenant.store);
      return newer ? [newer] : [];
    }),
  }));
  return { pages: next, added: left.size > 0 };
}
