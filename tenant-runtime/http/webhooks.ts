import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Update } from 'grammy/types';
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

/** The payment gateway's webhook, also below the store's name. The body is kept raw: the gateway knows what it is. */
export function gatewayWebhook(
  app: FastifyInstance,
  deps: {
    store: string;
    path: string;
    receive(request: WebhookRequest): Promise<WebhookResult>;
    count(result: WebhookResult): void;
  },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const url of [deps.path, `/${deps.store}${deps.path}`]) {
    app.post<{ Body: Buffer | undefined }>(url, async (request, reply) => {
      const result = await deps.receive({ headers: request.headers, body: request.body ?? Buffer.alloc(0) });
      deps.count(result);
      return reply.code(WEBHOOK_STATUS[result]).send({ result });
    });
  }
}
