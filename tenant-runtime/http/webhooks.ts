import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Update } from 'grammy/types';
import { createAddressLimits } from '../../kernel/address-limits.ts';
import { constantTimeEqual } from '../../kernel/crypto.ts';
import type { WebhookRequest } from '../gateway/index.ts';
import { WEBHOOK_STATUS, type WebhookResult } from '../modules/money/payments/index.ts';

/** `POST /telegram`, also below the store's name as the public address has it. */
export function telegramWebhook(
  app: FastifyInstance,
  deps: { store: string; secret: string; handle(update: Update): Promise<void> },
): void {
  for (const url of ['/telegram', `/${deps.store}/telegram`]) {
    // The secret is in a header: strangers are turned away before their body is read.
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const given = request.headers['x-telegram-bot-api-secret-token'];
      if (typeof given === 'string' && constantTimeEqual(given, deps.secret)) return;
      return reply.code(401).header('connection', 'close').send({ error: 'UNAUTHENTICATED' });
    };
    app.post<{ Body: Update }>(url, { onRequest }, async (request, reply) => {
      if (!Number.isSafeInteger(request.body?.update_id)) return reply.code(400).send({ error: 'BAD_REQUEST' });
      // Answered once it is committed; a database that is away answers 500, and Telegram sends the update again.
      await deps.handle(request.body);
      return reply.send({ ok: true });
    });
  }
}

/** Anybody may send hints, each of which asks the database. A gateway sends one or two for a payment. */
const HINTS = { atWork: 8, burst: 200, perSecond: 20 };

/** The payment gateway's webhook, also below the store's name. The body is kept raw: the gateway knows what it is. */
export function gatewayWebhook(
  app: FastifyInstance,
  deps: {
    store: string;
    path: string;
    /** Whether an address is of this machine, and not one that a proxy spoke for. */
    isLocal(address: string): boolean;
    receive(request: WebhookRequest): Promise<WebhookResult>;
    count(result: WebhookResult): void;
  },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limits = createAddressLimits(HINTS);
  // Before the body is read. Whoever is on this machine itself is not counted: that is what a flood cannot come from.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (deps.isLocal(request.ip)) return;
    const leave = limits.enter(request.ip);
    if (leave) reply.raw.once('close', leave);
    else return reply.code(429).headers({ connection: 'close', 'retry-after': '5' }).send({ error: 'RATE_LIMITED' });
  };
  for (const url of [deps.path, `/${deps.store}${deps.path}`]) {
    app.post<{ Body: Buffer | undefined }>(url, { onRequest }, async (request, reply) => {
      const result = await deps.receive({ headers: request.headers, body: request.body ?? Buffer.alloc(0) });
      deps.count(result);
      return reply.code(WEBHOOK_STATUS[result]).send({ result });
    });
  }
}
