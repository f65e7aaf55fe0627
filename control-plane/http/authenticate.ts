import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Db } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Audit } from '../audit/index.ts';
import type { ApiKeys, Identity } from '../auth/index.ts';
import { KEY_SCOPES, type KeyScope } from '../contract/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries; null on public routes. */
    identity: Identity | null;
  }
}

/** Failed attempts to authenticate from one address. */
const FAILURES = { max: 30, timeWindow: 60_000 };

/** Asks every route that names a scope for an API key of at least that scope. After @fastify/rate-limit. */
export function registerAuthentication(app: FastifyInstance, parts: { apiKeys: ApiKeys; audit: Audit; db: Db }): void {
  const countFailure = app.createRateLimit({ ...FAILURES, keyGenerator: (request) => `failed:${request.ip}` });
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    const key = bearer(request);
    const identity = key === undefined ? undefined : await parts.apiKeys.authenticate(key);
    if (!identity) {
      const limit = await countFailure(request);
      if (!limit.isAllowed && limit.isExceeded) {
        reply.header('retry-after', limit.ttlInSeconds);
        throw new AppError('RATE_LIMITED', 'Too many requests without a valid API key came from this address.');
      }
      reply.header('www-authenticate', 'Bearer');
      throw new AppError(
        'UNAUTHENTICATED',
        'Send an API key as "Authorization: Bearer lpk_…". It may be wrong, expired or revoked.',
      );
    }
    request.identity = identity;
    if (includes(identity.scope, scope)) return;
    if (request.method !== 'GET') {
      const caller = { actor: `key:${identity.keyId}`, requestId: request.id, remember: async () => {} };
      const target = `route:${request.method} ${request.routeOptions.url}`;
      await parts.audit.record(parts.db, caller, { action: 'denied', target, result: 'FORBIDDEN' });
    }
    throw new AppError('FORBIDDEN', `This needs an API key of scope ${scope}; yours is ${identity.scope}.`);
  });
}

function bearer(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** True when a key of scope `has` may do what asks for `needs`. */
export function includes(has: KeyScope, needs: KeyScope): boolean {
  return KEY_SCOPES.indexOf(has) >= KEY_SCOPES.indexOf(needs);
}
