import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DROPPED } from '../faults/injector.ts';
import { callerGone, dropConnection } from '../http.ts';
import { BotApiError, type BotApiFailure, badRequest, failure, notFound } from './api-error.ts';
import { createArgs } from './args.ts';
import type { Telegram } from './index.ts';
import { type MultipartBody, parseMultipart } from './multipart.ts';

/** Above the 50 MB of one file, so that its refusal is worded by the method. */
const MAX_UPLOAD_BYTES = 60 * 1024 * 1024;

/** `/bot<token>/<method>` and `/file/bot<token>/<path>`, as api.telegram.org has them. */
export function telegramRoutes(telegram: Telegram) {
  return async (app: FastifyInstance) => {
    await app.register(formbody, { bodyLimit: MAX_UPLOAD_BYTES });
    app.addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
      (request, body, done) => {
        try {
          done(null, parseMultipart(body as Buffer, request.headers['content-type'] ?? ''));
        } catch (error) {
          done(error as Error);
        }
      },
    );
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
      const status = error.statusCode ?? 500;
      const message = status === 413 ? 'Request Entity Too Large' : error.message;
      const known = error instanceof BotApiError ? error : new BotApiError(status, message);
      return reply.code(known.code).send(failure(known));
    });

    const call = async (request: FastifyRequest, reply: FastifyReply) => {
      const { token, method } = request.params as { token: string; method: string };
      const signal = callerGone(reply);
      const answer = await telegram.dispatch({ token, method, args: parameters(request), signal });
      if (answer === DROPPED) return dropConnection(request, reply);
      // A fault may answer anything, even nothing.
      const wait = (answer.body as BotApiFailure | undefined)?.parameters?.retry_after;
      if (wait !== undefined) reply.header('retry-after', wait);
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

function parameters(request: FastifyRequest) {
  const query = request.query as Record<string, unknown>;
  if (!request.headers['content-type']?.startsWith('multipart/form-data')) {
    return createArgs({ ...query, ...(request.body as Record<string, unknown> | undefined) });
  }
  const { fields, uploads } = request.body as MultipartBody;
  return createArgs({ ...query, ...fields }, uploads);
}
