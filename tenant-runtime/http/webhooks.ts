import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Update } from 'grammy/types';
import { constantTimeEqual } from '../../kernel/crypto.ts';
import { WEBHOOK_STATUS, type WebhookResult } from '../modules/payments/index.ts';

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

/** `POST /webhooks/pakasir`, also below the store's name. The raw body is kept: the signature is over its bytes. */
export function pakasirWebhook(
  app: FastifyInstance,
  deps: {
    store: string;
    receive(body: Buffer, signature: string | undefined): Promise<WebhookResult>;
    count(result: WebhookResult): void;
  },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const url of ['/webhooks/pakasir', `/${deps.store}/webhooks/pakasir`]) {
    app.post<{ Body: Buffer | undefined }>(url, async (request, reply) => {
      const signature = request.headers['x-pakasir-signature'];
      const result = await deps.receive(
        request.body ?? Buffer.alloc(0),
        typeof signature === 'string' ? signature : undefined,
      );
      deps.count(result);
      return reply.code(WEBHOOK_STATUS[result]).send({ result });
    });
  }
}
