import type { KeyScope } from './contract/index.ts';

/** Who a request comes from. */
export type Identity = { keyId: string; name: string; scope: KeyScope };

/** By which session a request came. */
export type SessionMark = { hash: string; endsAt: Date };

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries, or its session belongs to; null on public routes. */
    identity: Identity | null;
    /** The session that it came with; null where it came with the key itself. */
    session: SessionMark | null;
    /** Of a stream: aborts when its key or its session is no longer in force. */
    revoked: AbortSignal | null;
    /** The store that a request comes from, where stores report. */
    reporter: string | null;
  }
}
