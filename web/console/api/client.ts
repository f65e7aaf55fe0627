import { networkProblem, problemOf } from './problem.ts';
import type { Answer, Method, PathOf, Request } from './routes.ts';

/** Waited for a 429, together; after that it is told. */
const LONGEST_WAIT_MS = 30_000;
const DEFAULT_WAIT_MS = 1_000;

let signedOut = () => {};

/** What happens when the API no longer knows the session. */
export function onSignedOut(run: () => void): void {
  signedOut = run;
}

/** Beside what the route takes: a signal, and for writes the key of the intention, see `useAction`. */
export type CallOptions = { signal?: AbortSignal; key?: string };

/** Not randomUUID: that exists on secure origins only. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The address of a route, its parameters and its query filled in. */
export function addressOf(
  path: string,
  { params = {}, query = {} }: { params?: Readonly<Record<string, string>> | undefined; query?: object | undefined },
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/**
 * Calls the API as the session of this browser. A 429 waits for as long as it was told.
 * @throws ApiProblem for everything that is no success; a 401 brings the sign-in screen too
 */
export async function call<M extends Method, P extends string>(
  method: M,
  path: P & PathOf<M>,
  request: Request<M, P> & CallOptions,
): Promise<Answer<M, P>> {
  const response = await send(method, addressOf(path, request), request.body, request);
  const isJson = response.headers.get('content-type')?.includes('json');
  return (isJson ? response.json() : response.text()) as Promise<Answer<M, P>>;
}

async function send(method: Method, address: string, body: unknown, { signal, key }: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = key ?? newKey();
  let waited = 0;
  for (;;) {
    const response = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw networkProblem(error);
    });
    if (response.ok) return response;
    const problem = await problemOf(response);
    const wait = Number(response.headers.get('retry-after')) * 1_000 || DEFAULT_WAIT_MS;
    if (response.status === 429 && waited + wait <= LONGEST_WAIT_MS) {
      waited += wait;
      await pause(wait, signal);
      continue;
    }
    if (response.status === 401 && address !== '/v1/session') signedOut();
    throw problem;
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
