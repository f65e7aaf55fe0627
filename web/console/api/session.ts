import { queryOptions, useQuery } from '@tanstack/react-query';
import type { KeyScope, Session } from '../../../control-plane/api/contract/index.ts';
import { call } from './client.ts';
import { ApiProblem } from './problem.ts';

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['/v1/session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call('GET', '/v1/session', { signal });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
});

const POWERS = { viewer: 0, operator: 1, admin: 2 } as const satisfies Record<KeyScope, number>;

/** Whether the session may do what asks for a scope. The API refuses all the same; this hides. */
export function useScope(): (scope: KeyScope) => boolean {
  const { data } = useQuery(sessionQuery);
  return (scope) => data !== undefined && data !== null && POWERS[data.scope] >= POWERS[scope];
}
