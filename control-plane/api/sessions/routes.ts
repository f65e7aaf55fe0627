import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Refusals } from '../audit/index.ts';
import type { Caller } from '../caller.ts';
import { ROUTES } from '../contract/index.ts';
import type { Define } from '../http/index.ts';
import type { Identity } from '../identity.ts';
import type { SessionCookie } from './cookie.ts';
import { assertSameOrigin } from './same-origin.ts';
import type { Sessions } from './service.ts';

type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const REFUSED = {
  key: 'This API key is wrong, expired or revoked.',
  link: 'This link was used, is older than a minute, or its key was revoked. Ask for another one: npx lapak console.',
} as const;

export function sessionRoutes(
  define: Define,
  deps: {
    sessions: Sessions;
    cookie: SessionCookie;
    clock: Clock;
    refusals: Pick<Refusals, 'record'>;
    authenticate(key: string): Promise<Identity | undefined>;
    /** Counts an attempt that failed, by address. @throws AppError RATE_LIMITED */
    countFailure: Count;
    /** Counts a sign-in, or a link for one, by the key. @throws AppError RATE_LIMITED */
    countSignIn: Count;
    /** Where browsers find the console. */
    origin(): string;
  },
): void {
  const { sessions, cookie } = deps;

  async function refuse(request: FastifyRequest, reply: FastifyReply, why: string): Promise<never> {
    await deps.countFailure(request, reply);
    const nobody: Caller = { actor: 'anonymous', scope: 'viewer', requestId: request.id, remember: async () => {} };
    await deps.refusals.record(nobody, 'console', 'UNAUTHENTICATED');
    throw new AppError('UNAUTHENTICATED', why);
  }

  define(ROUTES.signIn, async ({ body, request, reply }) => {
    assertSameOrigin(request);
    reply.header('cache-control', 'no-store');
    const of = { requestId: request.id, formerId: cookie.read(request) };
    if ('apiKey' in body) {
      request.identity = (await deps.authenticate(body.apiKey)) ?? null;
      if (!request.identity) return refuse(request, reply, REFUSED.key);
      await deps.countSignIn(request, reply);
    }
    const by = 'ticket' in body ? body : request.identity && { identity: request.identity };
    const signedIn = by && (await sessions.signIn(by, of));
    if (!signedIn) return refuse(request, reply, 'ticket' in body ? REFUSED.link : REFUSED.key);
    const { identity, id, endsAt } = signedIn;
    reply.header('set-cookie', cookie.write(request, id, endsAt, deps.clock.now()));
    return { ...identity, endsAt: endsAt.toISOString() };
  });

  define(ROUTES.showSession, ({ request }) => ({
    ...identityOf(request),
    endsAt: request.session?.endsAt.toISOString() ?? null,
  }));

  define(ROUTES.signOut, async ({ request, reply, caller }) => {
    await sessions.signOut(request.session, caller);
    reply.header('set-cookie', cookie.clear(request));
    return { signedOut: true as const };
  });

  define(ROUTES.createSignInLink, async ({ request, reply, caller }) => {
    await deps.countSignIn(request, reply);
    return sessions.createLink(identityOf(request).keyId, deps.origin(), caller);
  });
}

/** Routes that name a scope are reached with an identity only. */
function identityOf({ identity }: FastifyRequest): Identity {
  if (!identity) throw new AppError('UNAUTHENTICATED', 'Send an API key, or sign in.');
  return identity;
}
