import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Caller } from '../caller.ts';
import { type KeyScope, Problem, ROUTES, type Route } from '../contract/index.ts';
import type { Answered, Idempotency } from '../idempotency/index.ts';
import { refusedField } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least scope of the API key, or `store` for the token of the store in the path; a route without one is public. */
    scope?: KeyScope | 'store';
  }
}

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

export type RouteInput<R extends Route> = {
  body: Parsed<R['body']>;
  query: Parsed<R['query']>;
  /** A part of the path, by name. */
  param(name: string): string;
  caller: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
};

type Answer<R extends Route> = R['answer'] extends z.ZodType ? z.input<R['answer']> : Readable | string;

export type RouteHandler<R extends Route> = (input: RouteInput<R>) => Promise<Answer<R>> | Answer<R>;

/** Registers a route of the contract with its handler. */
export type Define = <const R extends Route>(route: R, handler: RouteHandler<R>) => void;

const PARAMETER = z.string().min(1).max(64);
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Registers one route of the contract: schemas, scope, documentation, idempotency, and the status of its answer. */
export function defineRoute<const R extends Route>(
  app: FastifyInstance,
  idempotency: Idempotency,
  route: R,
  handler: RouteHandler<R>,
): void {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  app.route({
    method: route.method,
    url: route.path,
    config: route.scope === 'public' ? {} : { scope: route.scope, stream: !route.answer, probe: route.probe === true },
    schema: {
      operationId: OPERATION_IDS.get(route),
      summary: route.summary,
      tags: [tagOf(route.path)],
      ...(route.scope === 'public'
        ? { security: [] }
        : { security: [{ apiKey: [] }], description: `Scope: ${route.scope}` }),
      ...(names.length > 0 ? { params: z.object(Object.fromEntries(names.map((name) => [name, PARAMETER]))) } : {}),
      querystring: route.query ?? z.strictObject({}),
      ...(route.body ? { body: route.body } : {}),
      response: {
        [route.status]: answerOf(route),
        ...Object.fromEntries(
          Object.entries(route.also ?? {}).map(([status, schema]) => [
            status,
            json('The same, when it is not', schema),
          ]),
        ),
        '4xx': PROBLEM,
        '5xx': PROBLEM,
      },
    } as object,
    handler: async (request, reply) => {
      const answered = await answer(request, reply, idempotency, route, handler);
      if (!answered.replayed)
        return reply.code(reply.statusCode === 200 ? route.status : reply.statusCode).send(answered.body);
      return reply
        .code(answered.status)
        .header('idempotency-replayed', 'true')
        .type('application/json; charset=utf-8')
        .serializer((body: unknown) => body as string)
        .send(answered.body);
    },
  });
}

/** The names of the routes in the contract. */
const OPERATION_IDS: ReadonlyMap<Route, string> = new Map(
  Object.entries<Route>(ROUTES).map(([name, route]) => [route, name]),
);

const MEANING: Readonly<Record<Route['status'], string>> = { 200: 'Done', 201: 'Made', 202: 'Accepted; it goes on' };

const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema } } });

function answerOf({ status, answer, text = 'text/plain; charset=utf-8' }: Route) {
  if (answer) return json(MEANING[status], answer);
  return { description: 'Text, as it comes', content: { [text.replace(/;.*/, '')]: { schema: z.string() } } };
}

const PROBLEM = { description: 'Problem', content: { 'application/problem+json': { schema: Problem } } };

function answer<R extends Route>(
  request: FastifyRequest,
  reply: FastifyReply,
  idempotency: Idempotency,
  route: R,
  handler: RouteHandler<R>,
): Promise<Answered<unknown>> {
  const input = (remember: Caller['remember']): RouteInput<R> => ({
    body: request.body as Parsed<R['body']>,
    query: request.query as Parsed<R['query']>,
    param: (name) => (request.params as Record<string, string>)[name] as string,
    caller: {
      actor: `key:${request.identity?.keyId}`,
      scope: request.identity?.scope ?? 'viewer',
      requestId: request.id,
      remember,
    },
    request,
    reply,
  });
  const key = request.headers['idempotency-key'];
  if (route.method === 'GET' || key === undefined || !request.identity) {
    return Promise.resolve(handler(input(async () => {}))).then((body) => ({ replayed: false, body }));
  }
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw refusedField('/headers/idempotency-key', '1 to 255 visible ASCII characters');
  }
  const hash = sha256Hex(JSON.stringify([request.method, request.url, request.body ?? null]));
  return idempotency.once({ apiKeyId: request.identity.keyId, key, hash }, async (remember) =>
    handler(input(remember)),
  );
}

function tagOf(path: string): string {
  return path.startsWith('/v1/') ? (path.split('/')[2] as string) : 'system';
}
