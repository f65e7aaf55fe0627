import type { FastifyInstance } from 'fastify';
import { ZodError, z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { PakasirError } from '../pakasir/types.ts';
import { BotApiError } from '../telegram/api-error.ts';
import { GONE_WORDINGS } from '../telegram/gone.ts';
import { STRICT_RATES } from '../telegram/rates.ts';
import type { Sandbox } from '../types.ts';
import { botRoutes } from './bots.ts';
import { channelRoutes } from './channels.ts';
import { chatRoutes } from './chats.ts';
import { faultRoutes } from './faults.ts';
import { liveRoutes } from './live.ts';
import { pakasirControlRoutes } from './pakasir.ts';
import { createDeclare, type RouteLine } from './route.ts';

const retry = z
  .strictObject({ baseMillis: z.number().min(0), maxMillis: z.number().min(0), timeoutMillis: z.number().min(1) })
  .partial();

const settings = z.strictObject({
  /** Telegram's rate limits: off, as documented, or these. */
  telegramRates: z
    .union([
      z.enum(['off', 'strict']),
      z.strictObject({ perChatPerSecond: z.number(), perChatBurst: z.number(), overallPerSecond: z.number() }),
    ])
    .optional(),
  /** How Telegram words that a message to edit or delete is gone: always so, or any wording as a seed has it. */
  goneWording: z.union([z.enum(GONE_WORDINGS), z.strictObject({ seed: z.int() })]).optional(),
  pakasirRates: z.enum(['off', 'strict']).optional(),
  /** How webhooks that were not answered by 2xx are sent again. */
  retry: retry.optional(),
});

export type Settings = z.input<typeof settings>;

/** The control API, `/control/*`: JSON in and out. `GET /control` lists its routes. */
export function controlRoutes(sandbox: Sandbox) {
  return async (app: FastifyInstance) => {
    const index: RouteLine[] = [];
    const declare = createDeclare(app, index);
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const message = error instanceof ZodError ? z.prettifyError(error) : error.message;
      return reply.code(statusOf(error)).send({ error: message });
    });

    declare('GET', '/', 'this list', {}, () => index);
    declare('POST', '/reset', 'forget everything', {}, () => sandbox.reset());
    declare(
      'POST',
      '/clock',
      "move the sandbox's time ahead {seconds}",
      { body: z.strictObject({ seconds: z.int().min(1).max(31_536_000) }) },
      ({ body }) => sandbox.advance(body.seconds * 1000),
    );
    declare('GET', '/sequence', 'the number of the last event', {}, () => ({ seq: sandbox.sequence.last() }));
    declare(
      'POST',
      '/settings',
      'change {telegramRates?, goneWording?, pakasirRates?, retry?}',
      { body: settings },
      ({ body }) => {
        const { telegramRates: rates, pakasirRates } = body;
        if (rates) sandbox.telegram.rates.set(rates === 'off' ? undefined : rates === 'strict' ? STRICT_RATES : rates);
        if (body.goneWording) sandbox.telegram.gone.choose(body.goneWording);
        if (pakasirRates) sandbox.pakasir.rates.setStrict(pakasirRates === 'strict');
        Object.assign(sandbox.retry, body.retry);
      },
    );
    botRoutes(sandbox, declare);
    channelRoutes(sandbox, declare);
    chatRoutes(sandbox, declare);
    faultRoutes(sandbox, declare);
    pakasirControlRoutes(sandbox, declare);
    liveRoutes(sandbox, declare);
    // What has no number of its own, such as a fault that was added, is seen at once all the same.
    app.addHook('onResponse', async ({ method }) => {
      if (method !== 'GET') sandbox.sequence.changed.notify();
    });
  };
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof ZodError) return 400;
  if (error instanceof AppError || error instanceof PakasirError) return error.status;
  if (error instanceof BotApiError) return error.code;
  return error.statusCode ?? 500;
}
