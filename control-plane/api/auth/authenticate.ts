import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';
import type { Refusals } from '../audit/index.ts';
import { KEY_SCOPES, type KeyScope } from '../contract/index.ts';
import { isUnlimited } from '../http/index.ts';
import type { Identity, SessionMark } from '../identity.ts';
import { assertSameOrigin, type SessionCookie, type Sessions } from '../sessions/index.ts';
import { createKeyWatch } from './key-watch.ts';
import type { ApiKeys } from './service.ts';

/** Requests of one API key, or of one address on public routes. */
const REQUESTS = { max: 1200, timeWindow: 60_000 };
/** Reports of one store: five a second, of a hundred events each. */
const REPORTS = { max: 300, timeWindow: 60_000 };
/** Failed attempts to authenticate from one address; of IPv6 from one network of 64 bits, all of which one host may have. */
const FAILURES = { max: 30, timeWindow: 60_000 };

/** Sign-ins to the console and links for them, of one key: each is an entry of the audit log. */
const SIGN_INS = { max: 60, timeWindow: 60_000 };

/** Whoever comes by the socket of this machine has no address. */
const placeOf = (ip: string | undefined): string => (ip ? normalizeIP(ip) : 'socket');

/**
 * Asks every route that names a scope for an API key of at least that scope, or a session of one, and counts: requests by key
 * or address, and failed attempts by address, so that guessing never locks out a good key. After @fastify/rate-limit.
 * @returns what counts where a browser signs in
 */
export function registerAuthentication(
  app: FastifyInstance,
  deps: {
    apiKeys: ApiKeys;
    sessions: Pick<Sessions, 'authenticate' | 'inForce'>;
    cookie: Pick<SessionCookie, 'read'>;
    refusals: Pick<Refusals, 'record'>;
    /** Whether a token is the one of this store. */
    knowsStore(store: string, token: string): Promise<boolean>;
  },
): Record<'countFailure' | 'countSignIn', (request: FastifyRequest, reply: FastifyReply) => Promise<void>> {
  const requests = app.createRateLimit({
    ...REQUESTS,
    keyGenerator: ({ identity, ip }) => (identity ? `key:${identity.keyId}` : `ip:${placeOf(ip)}`),
  });
  const reports = app.createRateLimit({ ...REPORTS, keyGenerator: ({ reporter }) => `store:${reporter}` });
  const failures = app.createRateLimit({ ...FAILURES, keyGenerator: ({ ip }) => `failed:${placeOf(ip)}` });

  const signIns = app.createRateLimit({ ...SIGN_INS, keyGenerator: ({ identity }) => `sign-in:${identity?.keyId}` });

  async function count(by: typeof requests, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const limit = await by(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    reply.header('retry-after', limit.ttlInSeconds);
    throw new AppError('RATE_LIMITED', 'Too many requests came; wait as long as Retry-After says.');
  }

  /** A key is what counts where both came: what sends one is no page that another one made ask. */
  async function identify(request: FastifyRequest, reply: FastifyReply): Promise<Entered> {
    const entered = request.headers.authorization === undefined ? await bySession(request) : await byKey(request);
    if (entered) return entered;
    await count(failures, request, reply);
    reply.header('www-authenticate', 'Bearer');
    throw new AppError(
      'UNAUTHENTICATED',
      'Send an API key as "Authorization: Bearer lpk_…". It may be wrong, expired or revoked. In the console, sign in again.',
    );
  }

  async function byKey(request: FastifyRequest): Promise<Entered | undefined> {
    const key = bearer(request);
    const identity = key === undefined ? undefined : await deps.apiKeys.authenticate(key);
    return identity && { identity, session: null };
  }

  async function bySession(request: FastifyRequest): Promise<Entered | undefined> {
    const id = deps.cookie.read(request);
    return id === undefined ? undefined : deps.sessions.authenticate(id);
  }

  /** The store in the path, when the token is its own. */
  async function identifyStore(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { store } = request.params as { store: string };
    const token = bearer(request);
    if (token !== undefined && (await deps.knowsStore(store, token))) return store;
    await count(failures, request, reply);
    reply.header('www-authenticate', 'Bearer');
    throw new AppError('UNAUTHENTICATED', "Send the store's own token: CONTROL_PLANE_TOKEN of its bot.env.");
  }

  const onFault = (err: unknown) => app.log.warn({ err }, 'whether the keys of streams are in force is not known now');
  const keys = createKeyWatch({ inForce: (ids) => deps.apiKeys.inForce(ids), onFault });
  const sessions = createKeyWatch({ inForce: (hashes) => deps.sessions.inForce(hashes), onFault });
  app.decorateRequest('identity', null);
  app.decorateRequest('session', null);
  app.decorateRequest('revoked', null);
  app.decorateRequest('reporter', null);
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (scope === 'store') request.reporter = await identifyStore(request, reply);
    else if (scope !== undefined) Object.assign(request, await identify(request, reply));
    if (!isUnlimited(request)) await count(request.reporter === null ? requests : reports, request, reply);
    if (request.session) {
      reply.header('cache-control', 'no-store');
      assertSameOrigin(request);
    }
    if (request.identity && scope && scope !== 'store' && !includes(request.identity.scope, scope)) {
      throw new AppError('FORBIDDEN', `This needs an API key of scope ${scope}; yours is ${request.identity.scope}.`);
    }
    if (request.identity && request.routeOptions.config.stream) {
      const { session, identity } = request;
      request.revoked = session ? sessions.follow(session.hash, reply) : keys.follow(identity.keyId, reply);
    }
  });
  // Refused at the door, or where the work is done.
  app.addHook('onError', async (request, _reply, error) => {
    const { identity } = request;
    const { code } = error;
    if (!identity || request.method === 'GET' || (code !== 'FORBIDDEN' && code !== 'CROSS_SITE_REFUSED')) return;
    const { keyId, scope } = identity;
    const caller = { actor: `key:${keyId}`, scope, requestId: request.id, remember: async () => {} };
    await deps.refusals.record(caller, `route:${request.method} ${request.routeOptions.url}`, code);
  });
  return {
    countFailure: (request, reply) => count(failures, request, reply),
    countSignIn: (request, reply) => count(signIns, request, reply),
  };
}

type Entered = { identity: Identity; session: SessionMark | null };

function bearer(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** True when a key of scope `has` may do what asks for `needs`. */
export function includes(has: KeyScope, needs: KeyScope): boolean {
  return KEY_SCOPES.indexOf(has) >= KEY_SCOPES.indexOf(needs);
}
