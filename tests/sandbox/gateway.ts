import { openHarness } from './harness.ts';

type Answered = { status: number; body: Record<string, unknown> };

/** A sandbox with one project at its gateway, and the calls of API v2 as that project makes them. */
export async function openGateway(options: Parameters<typeof openHarness>[0] = {}) {
  const harness = await openHarness(options);
  const base = `${harness.url}/pakasir`;
  const gateway = harness.client.pakasir;
  await gateway.createProject({ slug: 'toko', apiKey: 'kunci' });
  await harness.client.configure({ retry: { baseMillis: 10, maxMillis: 20 } });
  const ask = async (path: string, init: RequestInit = {}, key: string | null = 'kunci'): Promise<Answered> => {
    const headers = { ...init.headers, ...(key === null ? {} : { 'x-api-key': key }) };
    const response = await fetch(`${base}${path}`, { ...init, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const create = (changes: object = {}, { order = 'tg1-abc', slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(
      `/api/v2/create-transaction/${slug}/${encodeURIComponent(order)}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ method: 'qris', amount: 15_000, ...changes }),
      },
      key,
    );
  const created = async (...given: Parameters<typeof create>) => String((await create(...given)).body.txn_id);
  const status = (txnId: string, { slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(`/api/v2/transaction-status/${slug}/${txnId}`, {}, key);
  const cancel = (txnId: string, { slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(`/api/v2/cancel-transaction/${slug}/${txnId}`, { method: 'POST' }, key);
  return { ...harness, base, gateway, ask, create, created, status, cancel };
}

/** A clock that the test moves. */
export function movedClock(from = '2026-11-02T03:00:00.123Z') {
  let at = new Date(from).getTime();
  return {
    now: () => new Date(at),
    advance(millis: number) {
      at += millis;
    },
  };
}
