import { withStorableTexts } from '../../kernel/text.ts';
import type { Answer } from './gateway.ts';

export type HttpAnswer =
  | { kind: 'answered'; status: number; body: unknown; text: string }
  | { kind: 'unreachable'; reason: string };

/** One call to a gateway's API. A body that is no JSON is undefined. */
export async function exchange(request: () => Promise<Response>): Promise<HttpAnswer> {
  try {
    const response = await request();
    const text = await response.text();
    return { kind: 'answered', status: response.status, body: parsed(text), text };
  } catch (error) {
    const timedOut = (error as Error).name === 'TimeoutError';
    return { kind: 'unreachable', reason: timedOut ? 'no answer in time' : 'no connection' };
  }
}

/** What a status alone says; undefined for success. What may be well in a moment counts as no answer. */
export function refusalOf(status: number): Exclude<Answer<never>, { kind: 'ok' | 'untrusted' }> | undefined {
  const reason = `HTTP ${status}`;
  if (status === 401) return { kind: 'closed', cause: 'key_refused', reason };
  if (status === 410) return { kind: 'closed', cause: 'api_gone', reason };
  if (status === 404) return { kind: 'not_found' };
  if (status === 408 || status === 429 || status >= 500) return { kind: 'unreachable', reason };
  return status >= 200 && status < 300 ? undefined : { kind: 'rejected', reason };
}

/** What a gateway sent, as it can be stored; undefined when it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return withStorableTexts(JSON.parse(text));
  } catch {
    return undefined;
  }
}
