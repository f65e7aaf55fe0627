/** How a webhook that was not answered by 2xx is sent again: after `baseMillis`, doubling up to `maxMillis`. */
export type RetryPolicy = { baseMillis: number; maxMillis: number; timeoutMillis: number };

export const DEFAULT_RETRY: RetryPolicy = { baseMillis: 1000, maxMillis: 60_000, timeoutMillis: 60_000 };

export const retryDelay = (policy: RetryPolicy, attempt: number) =>
  Math.min(policy.maxMillis, policy.baseMillis * 2 ** Math.min(attempt, 20));

/** `retryAfter` is what the answer asked for, in seconds. */
export type PostOutcome = { ok: boolean; status: number; body: string; error: string; retryAfter?: number };

/** POSTs JSON; whatever happens is an outcome, nothing throws. `status` is 0 when no answer came. */
export async function postJson(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMillis: number,
  signal: AbortSignal,
): Promise<PostOutcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]),
    });
    const text = await response.text();
    const error = response.ok
      ? ''
      : `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim();
    const retryAfter = Number(/^\d{1,9}$/.exec(response.headers.get('retry-after') ?? '')?.[0] ?? 0);
    return { ok: response.ok, status: response.status, body: text, error, retryAfter };
  } catch (cause) {
    const fault = cause as Error & { cause?: { code?: string } };
    const error = fault.name === 'TimeoutError' ? 'Read timeout expired' : connectionError(fault.cause?.code);
    return { ok: false, status: 0, body: '', error };
  }
}

const connectionError = (code: string | undefined) =>
  code === 'ECONNREFUSED' ? 'Connection refused' : `Connection failed${code ? `: ${code}` : ''}`;
