import type { z } from 'zod';
import type { CreateTenantRequest, Operation, Problem, Tenant } from '../../../control-plane/api/contract/index.ts';
import { shortId } from '../../../kernel/ids.ts';

export type Answer<T> = { status: number; headers: Headers; body: T };
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export type Api = {
  call<T = Problem>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** The same API with another key; none with null. */
  as(key: string | null): Api;
  key: string | null;
  url: string;
  /** Resolves with the operation once it has ended. */
  ended(id: string): Promise<Operation>;
  /** Opens a store and waits until it runs. */
  open(input: NewStore): Promise<Tenant>;
  tenant(store: string): Promise<Tenant>;
};

export type NewStore = Partial<z.input<typeof CreateTenantRequest>> & { telegramBotToken: string };

export const newSlug = (prefix = 's'): string => `${prefix}${shortId(8)}`;

/** A request that opens a store, with everything that a test does not care about. */
export function storeRequest(input: NewStore) {
  return {
    store: newSlug(),
    adminIds: [42],
    pakasir: { slug: 'demo', apiKey: `pakasir-${shortId(16)}` },
    ...input,
  };
}

export type Accepted = { tenant: Tenant; operation: Operation };

/** Asks for a store and does not wait for it to run. */
export async function acceptStore(
  plane: { api: Api; newBot(): { token: string } },
  storeName: string,
): Promise<Accepted> {
  const body = storeRequest({ telegramBotToken: plane.newBot().token, storeName });
  const answer = await plane.api.call<Accepted>('POST', '/v1/tenants', body);
  if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function createApi(url: string, key: string | null): Api {
  async function call<T>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }
  const api: Api = {
    call,
    key,
    url,
    as: (other) => createApi(url, other),
    async ended(id) {
      // The stream ends with the operation.
      const stream = await call<string>('GET', `/v1/operations/${id}/events`);
      if (stream.status !== 200) throw new Error(`no events: ${JSON.stringify(stream.body)}`);
      return (await call<Operation>('GET', `/v1/operations/${id}`)).body;
    },
    async open(input) {
      const accepted = await call<{ tenant: Tenant; operation: Operation }>('POST', '/v1/tenants', storeRequest(input));
      if (accepted.status !== 202) throw new Error(`not accepted: ${JSON.stringify(accepted.body)}`);
      const operation = await api.ended(accepted.body.operation.id);
      if (operation.state !== 'succeeded') throw new Error(`not opened: ${JSON.stringify(operation)}`);
      return api.tenant(accepted.body.tenant.store);
    },
    tenant: async (store) => (await call<Tenant>('GET', `/v1/tenants/${store}`)).body,
  };
  return api;
}
