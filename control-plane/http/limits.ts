import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

/** Requests of one API key, or of one address on public routes. */
const RATE = { max: 1200, timeWindow: 60_000 };
/** Requests at work at one time, long streams included. */
const MOST_AT_ONCE = 300;

export const BODY_LIMIT = 256 * 1024;

/** Counts requests by address and keeps `createRateLimit` for others; the limit by key follows authentication. */
export async function registerRateLimit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    ...RATE,
    hook: 'preParsing',
    keyGenerator: (request) => (request.identity ? `key:${request.identity.keyId}` : `ip:${request.ip}`),
  });
}

/** Refuses what would come on top of the requests at work. */
export function registerConcurrencyLimit(app: FastifyInstance): void {
  let atWork = 0;
  app.addHook('onRequest', async (_request, reply) => {
    if (atWork >= MOST_AT_ONCE) {
      reply.header('retry-after', 1);
      throw new AppError('RATE_LIMITED', 'Too many requests are at work at this moment.');
    }
    atWork += 1;
    reply.raw.once('close', () => {
      atWork -= 1;
    });
  });
}
