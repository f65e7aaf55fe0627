import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

/** Requests at work at one time, long streams included. */
const MOST_AT_ONCE = 300;

export const BODY_LIMIT = 256 * 1024;

/** Brings the counters. They are used where the request's API key is known: see `authenticate.ts`. */
export async function registerRateLimit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
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
