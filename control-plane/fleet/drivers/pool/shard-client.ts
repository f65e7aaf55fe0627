import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import {
  HOST_EVENT,
  HOST_PATH,
  HOSTED_STORE,
  HOSTED_STORES,
  type HostEvent,
  type HostedSpec,
  type HostedStore,
  type HostedStores,
} from '../../../../kernel/host-protocol.ts';

/** What the control endpoint of a shard does. Each call throws DRIVER_UNAVAILABLE, which names the shard, when it does not. */
export type ShardClient = {
  list(): Promise<HostedStores>;
  /** Undefined when the shard does not have it. */
  show(store: string): Promise<HostedStore | undefined>;
  put(store: string, spec: HostedSpec, signal?: AbortSignal): Promise<HostedStore>;
  stop(store: string, graceSeconds: number): Promise<void>;
  kill(store: string): Promise<void>;
  remove(store: string): Promise<void>;
  /** Resolves once the shard tells them; the events end when the shard ends, or the signal aborts. */
  events(signal: AbortSignal): Promise<AsyncIterable<HostEvent>>;
};

/** Of an answer that costs the shard nothing. */
const QUICK_MS = 5_000;
/** Of one that waits until a store has started or stopped. */
const WORK_MS = 120_000;
const LONGEST_REFUSAL = 300;

type Call = { method?: string; body?: unknown; withinMs: number; signal?: AbortSignal | undefined };

/** @param address such as `http://127.0.0.1:13752` */
export function createShardClient(shard: { name: string; address: string; token: string }): ShardClient {
  const unavailable = (reason: string, cause?: unknown) =>
    new AppError('DRIVER_UNAVAILABLE', `The shard ${shard.name} does not answer as it should: ${reason}.`, {
      details: { shard: shard.name },
      cause,
    });

  async function send(path: string, { method = 'GET', body, signal }: Omit<Call, 'withinMs'>): Promise<Response> {
    try {
      return await fetch(`${shard.address}${HOST_PATH}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${shard.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      const { cause: inner } = cause instanceof Error ? cause : {};
      throw unavailable(errorMessage(inner ?? cause), cause);
    }
  }

  async function call(path: string, { withinMs, ...rest }: Call): Promise<Response | undefined> {
    const deadline = AbortSignal.timeout(withinMs);
    const signal = rest.signal ? AbortSignal.any([rest.signal, deadline]) : deadline;
    const response = await send(path, { ...rest, signal });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) {
      const said = (await response.text()).slice(0, LONGEST_REFUSAL);
      throw unavailable(`it answered ${response.status} to ${rest.method ?? 'GET'} ${path}${said ? `, ${said}` : ''}`);
    }
    return response;
  }

  async function answered<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
    try {
      return schema.parse(await response.json());
    } catch (cause) {
      throw unavailable('what it says is not understood', cause);
    }
  }

  async function required<T>(schema: z.ZodType<T>, path: string, options: Call): Promise<T> {
    const response = await call(path, options);
    if (!response) throw unavailable(`it knows no ${path}`);
    return answered(schema, response);
  }

  const pathOf = (store: string) => `/stores/${encodeURIComponent(store)}`;

  return {
    list: () => required(HOSTED_STORES, '/stores', { withinMs: QUICK_MS }),
    async show(store) {
      const response = await call(pathOf(store), { withinMs: QUICK_MS });
      return response && answered(HOSTED_STORE, response);
    },
    put: (store, spec, signal) =>
      required(HOSTED_STORE, pathOf(store), { method: 'PUT', body: spec, withinMs: WORK_MS, signal }),
    async stop(store, graceSeconds) {
      const withinMs = WORK_MS + graceSeconds * 1_000;
      const response = await call(`${pathOf(store)}/stop`, { method: 'POST', body: { graceSeconds }, withinMs });
      await response?.body?.cancel();
    },
    async kill(store) {
      const response = await call(`${pathOf(store)}/kill`, { method: 'POST', withinMs: QUICK_MS });
      await response?.body?.cancel();
    },
    async remove(store) {
      const response = await call(pathOf(store), { method: 'DELETE', withinMs: WORK_MS });
      await response?.body?.cancel();
    },
    async events(signal) {
      const response = await send('/events', { signal });
      if (!response.ok || !response.body) throw unavailable(`it tells no events, but answers ${response.status}`);
      return eventsOf(Readable.fromWeb(response.body));
    },
  };
}

async function* eventsOf(body: Readable): AsyncIterable<HostEvent> {
  for await (const line of createInterface({ input: body, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield HOST_EVENT.parse(JSON.parse(line));
  }
}
