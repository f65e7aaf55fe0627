import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

export type ControlRequest<P, B> = { params: P; body: B; request: FastifyRequest; reply: FastifyReply };

/** Declares a route of the control API: its input is parsed with zod, and `GET /control` lists it. */
export type Declare = <P extends z.ZodType, B extends z.ZodType>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  summary: string,
  schemas: { params?: P; body?: B },
  handle: (given: ControlRequest<z.infer<P>, z.infer<B>>) => unknown,
) => void;

export type RouteLine = { method: string; path: string; summary: string };

/** `body` is the JSON of a POST, and the query of a GET. */
export function createDeclare(app: FastifyInstance, index: RouteLine[]): Declare {
  return (method, path, summary, schemas, handle) => {
    index.push({ method, path: `/control${path}`, summary });
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const params = (schemas.params ?? z.unknown()).parse(request.params);
        const given = method === 'GET' ? request.query : (request.body ?? {});
        const body = (schemas.body ?? z.unknown()).parse(given);
        const answer = await handle({ params, body, request, reply } as never);
        return answer ?? { ok: true };
      },
    });
  };
}

/** A long poll lasts at most this long; the client asks again. Milliseconds. */
const MAX_WAIT_MILLIS = 25_000;

export const waitMillis = z.coerce
  .number()
  .min(0)
  .default(0)
  .transform((millis) => Math.min(millis, MAX_WAIT_MILLIS));
