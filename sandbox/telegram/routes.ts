import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DROPPED } from '../faults/injector.ts';
import { callerGone, dropConnection } from '../http.ts';
import { BotApiError, badRequest, failure, notFound } from './api-error.ts';
import { createArgs, type Upload } from './args.ts';
import type { Telegram } from './index.ts';

const MAX_UPLOAD_BYTES = 51 * 1024 * 1024;

/** `/bot<token>/<method>` and `/file/bot<token>/<path>`, as api.telegram.org has them. */
export function telegramRoutes(telegram: Telegram) {
  return async (app: FastifyInstance) => {
    await app.register(formbody, { bodyLimit: MAX_UPLOAD_BYTES });
    await app.register(multipart, {
      throwFileSizeLimit: false,
      limits: { fileSize: MAX_UPLOAD_BYTES, fieldSize: MAX_UPLOAD_BYTES },
    });
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, body === '' ? {} : JSON.parse(body as string));
      } catch {
        done(badRequest("can't parse JSON object"));
      }
    });
    app.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null, {});
    });

    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const known = error instanceof BotApiError ? error : new BotApiError(error.statusCode ?? 500, error.message);
      return reply.code(known.code).send(failure(known));
    });

    const call = async (request: FastifyRequest, reply: FastifyReply) => {
      const { token, method } = request.params as { token: string; method: string };
      const { values, uploads } = await parameters(request);
      const signal = callerGone(reply);
      const answer = await telegram.dispatch({ token, method, args: createArgs(values, uploads), signal });
      if (answer === DROPPED) return dropConnection(request, reply);
      return reply.code(answer.status).send(answer.body);
    };
    app.get('/bot:token/:method', call);
    app.post('/bot:token/:method', call);

    app.get('/file/bot:token/*', async (request, reply) => {
      const { token, '*': path } = request.params as { token: string; '*': string };
      const file = telegram.botByToken(token)?.files.byPath(path);
      if (!file) return reply.code(404).send(failure(notFound()));
      return reply.type('application/octet-stream').send(file.bytes);
    });
  };
}

async function parameters(request: FastifyRequest) {
  const values: Record<string, unknown> = { ...(request.query as object) };
  const uploads = new Map<string, Upload>();
  if (!request.isMultipart()) {
    Object.assign(values, request.body);
    return { values, uploads };
  }
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      values[part.fieldname] = part.value;
      continue;
    }
    const bytes = await part.toBuffer();
    uploads.set(part.fieldname, { fileName: part.filename, mimeType: part.mimetype, bytes });
  }
  return { values, uploads };
}
