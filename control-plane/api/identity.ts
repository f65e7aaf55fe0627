import type { KeyScope } from './contract/index.ts';

/** Who a request comes from. */
export type Identity = { keyId: string; name: string; scope: KeyScope };

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries; null on public routes. */
    identity: Identity | null;
    /** Of a stream: aborts when its key is no longer in force. */
    revoked: AbortSignal | null;
    /** The store that a request comes from, where stores report. */
    reporter: string | null;
  }
}
