import { errorMessage } from '../../kernel/errors.ts';

/** JSON over the control API. A refusal throws with the sandbox's own words. */
export type ControlHttp = {
  get<T>(path: string, query?: Record<string, string | number | undefined>): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  remove<T>(path: string): Promise<T>;
  bytes(path: string): Promise<Buffer>;
};

export function createControlHttp(baseUrl: string): ControlHttp {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${baseUrl}/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch((cause) => {
      throw new Error(`The sandbox at ${baseUrl} does not answer: ${errorMessage(cause)}`, { cause });
    });
    if (response.ok) return response;
    const text = await response.text();
    throw new Error(`Sandbox refused ${method} ${path}: ${messageOf(text)}`);
  };
  const json = async <T>(response: Promise<Response>) => (await (await response).json()) as T;

  return {
    get(path, query = {}) {
      const given = Object.entries(query).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)]],
      );
      const search = new URLSearchParams(given as [string, string][]).toString();
      return json(send('GET', search ? `${path}?${search}` : path));
    },
    post: (path, body = {}) => json(send('POST', path, body)),
    remove: (path) => json(send('DELETE', path)),
    bytes: async (path) => Buffer.from(await (await send('GET', path)).arrayBuffer()),
  };
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { error?: string }).error ?? text;
  } catch {
    return text;
  }
}

const CHUNK_MILLIS = 20_000;

/** Repeats a long poll until it answers or `timeoutMillis` have passed. */
export async function longPoll<T>(
  timeoutMillis: number,
  ask: (chunkMillis: number) => Promise<T | null>,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMillis;
  for (;;) {
    const left = end - performance.now();
    const answer = await ask(Math.max(0, Math.min(CHUNK_MILLIS, left)));
    if (answer !== null) return answer;
    if (left <= CHUNK_MILLIS) return undefined;
  }
}
