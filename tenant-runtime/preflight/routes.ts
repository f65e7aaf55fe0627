import type { FastifyInstance } from 'fastify';
import { constantTimeEqual } from '../../kernel/crypto.ts';
import { REHEARSAL_PATH, REHEARSAL_SIGNATURE, RehearsalRequest, rehearsalSignature } from '../../kernel/preflight.ts';
import type { DryRunDeps } from './dry-run.ts';
import { createRehearsal } from './service.ts';

/** `POST /rehearsal`, for the control plane on this machine alone: no ingress leads here, and it signs what it asks. */
export function rehearsalRoute(app: FastifyInstance, deps: DryRunDeps): void {
  const { DATA_ENCRYPTION_KEY: key } = deps.config.env;
  const rehearsal = createRehearsal(deps);
  app.post(REHEARSAL_PATH, { bodyLimit: 1024 }, async (request, reply) => {
    const asked = RehearsalRequest.safeParse(request.body);
    if (!asked.success) return reply.code(400).send({ error: 'BAD_REQUEST' });
    const given = request.headers[REHEARSAL_SIGNATURE];
    const isSigned = typeof given === 'string' && constantTimeEqual(given, rehearsalSignature(key, asked.data));
    if (!isSigned) return reply.code(401).send({ error: 'UNAUTHENTICATED' });
    return rehearsal.play(asked.data);
  });
}
