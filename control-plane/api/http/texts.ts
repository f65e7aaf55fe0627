import type { FastifyInstance } from 'fastify';
import { unstorableIn } from '../../../kernel/text.ts';
import { refusedField } from './problems.ts';

/**
 * Refuses a request with a text that Postgres cannot store, wherever it stands: in its path, its query or its body. Before the
 * schemas, so that no field of the contract needs to think of it.
 */
export function registerTextCheck(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    for (const given of [params, query, body]) {
      const pointer = unstorableIn(given);
      if (pointer !== undefined) throw refusedField(pointer, 'must not hold NUL or half a surrogate pair');
    }
  });
}
