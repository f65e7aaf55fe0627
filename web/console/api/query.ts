import { type MutationOptions, QueryClient, queryOptions, useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { call, newKey } from './client.ts';
import { ApiProblem } from './problem.ts';
import type { Answer, Method, PathOf, Request } from './routes.ts';

const TRIES = 3;

/** What may pass is tried a few times more: reads by themselves, writes under the key of their intention. */
const mayPass = (failures: number, error: unknown): boolean =>
  failures < TRIES && error instanceof ApiProblem && error.isPassing && error.status !== 429;

export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // The stream of events says what is stale; without it nothing is read twice for being looked at twice.
      queries: { staleTime: Number.POSITIVE_INFINITY, retry: mayPass, refetchOnWindowFocus: false },
      mutations: { retry: mayPass, retryDelay: (failures) => 500 * 2 ** failures, networkMode: 'always' },
    },
  });

/** A read, for `useQuery`. Its key is [path, request]: events of the fleet make it stale by them. */
export const read = <P extends string>(path: P & PathOf<'GET'>, request: Request<'GET', P>) =>
  queryOptions({
    queryKey: [path, request] as const,
    queryFn: ({ signal }): Promise<Answer<'GET', P>> => call('GET', path, { ...request, signal }),
  });

type Write = Exclude<Method, 'GET'>;
type ActionOptions<M extends Write, P extends string> = Pick<
  MutationOptions<Answer<M, P>, Error, Request<M, P>>,
  'onSuccess' | 'onError'
>;

/**
 * A write, as `useMutation` gives it. A person's intention has one idempotency key: the same request again has the same
 * key until it was answered for good, so that a repeated tap or a retry is done once.
 */
export function useAction<M extends Write, P extends string>(
  method: M,
  path: P & PathOf<M>,
  { onSuccess, onError }: ActionOptions<M, P> = {},
) {
  const intention = useRef<{ request: string; key: string }>(undefined);
  return useMutation<Answer<M, P>, Error, Request<M, P>>({
    mutationFn: async (request) => {
      const written = JSON.stringify(request);
      if (intention.current?.request !== written) intention.current = { request: written, key: newKey() };
      const { key } = intention.current;
      const isOurs = () => intention.current?.key === key;
      try {
        const answer = await call(method, path, { ...request, key });
        if (isOurs()) intention.current = undefined;
        return answer;
      } catch (error) {
        if (isOurs() && error instanceof ApiProblem && !error.isPassing) intention.current = undefined;
        throw error;
      }
    },
    ...(onSuccess && { onSuccess }),
    ...(onError && { onError }),
  });
}
