import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { constantTimeEqual } from '../../kernel/crypto.ts';
import {
  HOST_PATH,
  HOSTED_SPEC,
  type HostEvent,
  type HostedSpec,
  type HostedStore,
} from '../../kernel/host-protocol.ts';
import type { Log } from '../../kernel/log.ts';
import { createListener } from '../http/listeners.ts';
import type { Listeners } from './routing.ts';

/** What a control plane asks of a host, by store. */
export type Hosting = {
  list(): HostedStore[];
  find(store: string): HostedStore | undefined;
  put(store: string, spec: HostedSpec): Promise<HostedStore>;
  stop(store: string, graceMs: number): Promise<HostedStore | undefined>;
  kill(store: string): Promise<HostedStore | undefined>;
  remove(store: string): Promise<void>;
  listen(listener: (event: HostEvent) => void): () => void;
};

const BODY_LIMIT = 16 * 1024;
/** What an asker of events may leave unread before it is let go. */
const MOST_UNREAD = 1_000_000;

const PARAMS = z.object({ store: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/) });
const STOP = z.object({ graceSeconds: z.number().min(0).max(600) });

type Asked = FastifyRequest<{ Params: { store: string } }>;

/** What the host itself answers: how it is, and the commands of its control plane. */
export function createControl(deps: { hosting: Hosting; token: string; code: string; log: Log }): {
  answers: Listeners;
  ready(): Promise<void>;
  close(): Promise<void>;
} {
  const { hosting, token, code } = deps;
  const log = deps.log.child({ service: 'host' });
  const telegram = createListener(log, BODY_LIMIT);
  const pakasir = createListener(log, BODY_LIMIT);
  for (const app of [telegram, pakasir]) app.get('/healthz', async () => ({ ok: true }));
  telegram.get('/readyz', async () => ({ ready: true, stores: count(hosting.list().map(({ state }) => state)) }));

  telegram.register(
    async (app) => {
      // Before the body is read.
      app.addHook('onRequest', async (request, reply) => {
        const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ');
        if (scheme === 'Bearer' && constantTimeEqual(given, token)) return;
        return reply.code(401).header('connection', 'close').send({ error: 'UNAUTHENTICATED' });
      });
      app.addHook('preHandler', async (request, reply) => {
        const { params } = request;
        const isFine =
          typeof params !== 'object' || !params || !('store' in params) || PARAMS.safeParse(params).success;
        if (!isFine) return reply.code(400).send({ error: 'BAD_REQUEST', detail: 'store: expected a store slug' });
      });

      app.get('/stores', async () => ({ code, stores: hosting.list() }));
      app.get('/stores/:store', async ({ params }: Asked, reply) => shown(reply, hosting.find(params.store)));
      app.put('/stores/:store', async ({ params, body }: Asked, reply) => {
        const spec = HOSTED_SPEC.safeParse(body);
        if (!spec.success) return refuse(reply, spec.error);
        return hosting.put(params.store, spec.data);
      });
      app.post('/stores/:store/stop', async ({ params, body }: Asked, reply) => {
        const asked = STOP.safeParse(body);
        if (!asked.success) return refuse(reply, asked.error);
        return shown(reply, await hosting.stop(params.store, asked.data.graceSeconds * 1000));
      });
      app.post('/stores/:store/kill', async ({ params }: Asked, reply) =>
        shown(reply, await hosting.kill(params.store)),
      );
      app.delete('/stores/:store', async ({ params }: Asked, reply) => {
        await hosting.remove(params.store);
        return reply.code(204).send();
      });
      app.get('/events', async (_request, reply) => stream(reply));
    },
    { prefix: HOST_PATH },
  );

  const leaving = new Set<() => void>();

  function stream(reply: FastifyReply): void {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    raw.flushHeaders();
    const end = () => raw.end();
    const leave = hosting.listen((event) => {
      raw.write(`${JSON.stringify(event)}\n`);
      if (raw.writableLength > MOST_UNREAD) raw.destroy();
    });
    leaving.add(end);
    raw.once('close', () => {
      leave();
      leaving.delete(end);
    });
    raw.on('error', () => raw.destroy());
  }

  return {
    answers: {
      telegram: (request, response) => telegram.routing(request, response),
      pakasir: (request, response) => pakasir.routing(request, response),
    },
    async ready() {
      await Promise.all([telegram.ready(), pakasir.ready()]);
    },
    async close() {
      for (const end of leaving) end();
      await Promise.all([telegram.close(), pakasir.close()]);
    },
  };
}

function shown<T>(reply: FastifyReply, store: T | undefined) {
  return store ?? reply.code(404).send({ error: 'NOT_FOUND' });
}

function refuse(reply: FastifyReply, error: z.ZodError) {
  const detail = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  return reply.code(400).send({ error: 'BAD_REQUEST', detail });
}

function count(states: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
