import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { Answer, PathOf, Request } from '../api/routes.ts';

/** Routes that answer page by page. */
type Paged = {
  [P in PathOf<'GET'>]: Answer<'GET', P> extends { nextCursor: string | null } ? P : never;
}[PathOf<'GET'>];

const onPage = <R extends { query?: object }>(request: R, cursor: string | undefined, signal: AbortSignal) => ({
  ...request,
  query: { ...request.query, cursor },
  signal,
});

const cursorAfter = (page: unknown): string | undefined =>
  typeof page === 'object' && page !== null && 'nextCursor' in page && typeof page.nextCursor === 'string'
    ? page.nextCursor
    : undefined;

/** A list that comes page by page, for `useInfiniteQuery`. Its key begins as that of `read`, so that events make it stale too. */
export const readPages = <P extends Paged>(path: P, request: Request<'GET', P>) =>
  infiniteQueryOptions({
    queryKey: [path, request, 'pages'] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }): Promise<Answer<'GET', P>> =>
      call('GET', path, onPage(request, pageParam, signal)),
    getNextPageParam: cursorAfter,
  });
