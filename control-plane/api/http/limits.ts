import { isIP } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { boundHttpConnections } from '../../../kernel/connections.ts';
import { AppError } from '../../../kernel/errors.ts';
import { ROUTES } from '../contract/index.ts';
import { whenGone } from './gone.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer may take as long as the client stays. */
    stream?: boolean;
    /** It probes a store and waits for the answer; schedules wait for the same places. */
    probe?: boolean;
  }
}

/** How much may be at work at one time: for one key of the pool, and in all. */
type Bounds = { each: number; all: number };

/** Requests with an API key. One key alone does not fill the room of the others. */
const WITH_KEY: Bounds = { each: 100, all: 300 };
/** Requests without one: documentation, readiness, metrics. They take no room from those with one. */
const WITHOUT_KEY: Bounds = { each: 50, all: 50 };
/** Server-sent events and logs, which last. */
const STREAMS: Bounds = { each: 10, all: 200 };
/** Checks that somebody asked for and waits for: each takes seconds, and a place from those that are due. */
const PROBES: Bounds = { each: 4, all: 16 };
/** Reports that a store is sending; a slow one keeps only this store's places. */
const ARRIVING: Bounds = { each: 4, all: Number.POSITIVE_INFINITY };
/** Reports that are at work, whose bodies are there. */
const REPORTS: Bounds = { each: 2, all: 100 };
/** In which the body of a report must be there. */
const REPORT_WITHIN_MS = 5_000;
/** Requests that one connection sent ahead, whose keys are still to be looked up among them. */
const PIPELINED: Bounds = { each: 20, all: Number.POSITIVE_INFINITY };
/** Of one address, unless it is a proxy, and of all. A silent one makes room for whoever comes. */
const CONNECTIONS = { perAddress: 600, total: 2000 };

export const BODY_LIMIT = 256 * 1024;

/** A connection on which nothing could be sent, or nothing came, for this long is ended; quiet streams: see `streams.ts`. */
export const STALLED_MS = 60_000;

/** Brings the counters. They are used where the request's API key is known: see `auth/authenticate.ts`. */
export async function registerRateLimit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
}

const UNLIMITED: readonly (string | undefined)[] = [ROUTES.health.path, ROUTES.readiness.path];

/** Whether the process lives and is ready is told to everybody, however busy it is; its checks are made for all together. */
export function isUnlimited(request: FastifyRequest): boolean {
  return UNLIMITED.includes(request.routeOptions.url);
}

/**
 * Refuses requests for a name that is not ours: a page in an operator's browser whose name leads to this address would ask
 * in the operator's network. Addresses and localhost are nobody's to give away.
 */
export function registerHostList(app: FastifyInstance, hosts: readonly string[]): void {
  function isOurs(host: string): boolean {
    const name = host
      .toLowerCase()
      .replace(/^(\[.*\]|[^:]*):\d*$/, '$1')
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '');
    return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || hosts.includes(name);
  }
  app.addHook('onRequest', async (request) => {
    // What a proxy on this machine may say is what a page in a browser on this machine may say too: both names count.
    if (isOurs(request.hostname) && isOurs(request.headers.host ?? request.hostname)) return;
    throw new AppError(
      'HOST_REFUSED',
      'The request names another host than this API has. Use its address, or add the name to LAPAK_API_HOSTS.',
    );
  });
}

/** Bounds what comes over one connection, and their number. Registered before authentication. */
export function registerConnectionLimit(app: FastifyInstance, proxies: readonly string[] = []): void {
  boundHttpConnections(app.server, { ...CONNECTIONS, shared: (address) => proxies.includes(address) });
  const pipelined = createPool(PIPELINED);
  app.addHook('onRequest', async (request, reply) => {
    if (!pipelined.enter(request.raw.socket, reply)) throw tooMany(reply, 'Too many requests wait on this connection.');
  });
}

/** Refuses what would come on top of the requests at work. Registered after authentication. */
export function registerConcurrencyLimit(app: FastifyInstance): void {
  const withKey = createPool(WITH_KEY);
  const withoutKey = createPool(WITHOUT_KEY);
  const streams = createPool(STREAMS);
  const probes = createPool(PROBES);
  app.addHook('onRequest', async (request, reply) => {
    if (isUnlimited(request)) return;
    const { identity } = request;
    if (request.reporter !== null) return;
    if (!identity) {
      if (!withoutKey.enter('', reply)) throw tooMany(reply, 'Too many requests without an API key are at work.');
    } else if (request.routeOptions.config.stream) {
      if (!streams.enter(identity.keyId, reply)) {
        throw tooMany(reply, `An API key may follow ${STREAMS.each} streams at a time, all together ${STREAMS.all}.`);
      }
    } else if (request.routeOptions.config.probe) {
      if (!probes.enter(identity.keyId, reply)) {
        throw tooMany(reply, `An API key may wait for ${PROBES.each} checks at a time, all together ${PROBES.all}.`);
      }
    } else if (!withKey.enter(identity.keyId, reply)) {
      throw tooMany(reply, 'Too many requests are at work at this moment.');
    }
  });
}

/**
 * Bounds what each store reports, by itself: no store waits for another one. A place at work is taken once the body has been
 * read, so that a store that sends it slowly holds none.
 */
export function registerReportLimit(app: FastifyInstance, withinMs = REPORT_WITHIN_MS): void {
  const arriving = createPool(ARRIVING);
  const reports = createPool(REPORTS);
  const late = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const busy = 'Too many reports of this store are at work.';
  app.addHook('onRequest', async (request, reply) => {
    if (request.reporter === null) return;
    if (!arriving.enter(request.reporter, reply)) throw tooMany(reply, busy);
    const seconds = withinMs / 1000;
    const refuse = () => {
      reply.header('connection', 'close');
      reply.send(new AppError('REQUEST_TIMEOUT', `The body of a report must be here within ${seconds} seconds.`));
    };
    const timer = setTimeout(refuse, withinMs);
    late.set(request, timer);
    whenGone(reply, () => clearTimeout(timer));
  });
  app.addHook('preValidation', async (request, reply) => {
    if (request.reporter === null) return;
    clearTimeout(late.get(request));
    if (!reports.enter(request.reporter, reply)) throw tooMany(reply, busy);
  });
}

function createPool({ each, all }: Bounds) {
  const byKey = new Map<unknown, number>();
  let total = 0;
  return {
    /** Takes a place until the reply is gone. @returns false when there is none */
    enter(key: unknown, reply: FastifyReply): boolean {
      const own = byKey.get(key) ?? 0;
      if (total >= all || own >= each) return false;
      total += 1;
      byKey.set(key, own + 1);
      whenGone(reply, () => {
        total -= 1;
        const left = (byKey.get(key) ?? 1) - 1;
        if (left > 0) byKey.set(key, left);
        else byKey.delete(key);
      });
      return true;
    },
  };
}

function tooMany(reply: FastifyReply, message: string): AppError {
  reply.header('retry-after', 1);
  return new AppError('RATE_LIMITED', message);
}
