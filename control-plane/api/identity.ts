import type { KeyScope } from './contract/index.ts';

/** Who a request comes from. */
export type Identity = { keyId: string; name: string; scope: KeyScope };

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries; null on public routes. */
    identity: Identity | null;
    /** The store that a request comes from, where stores report. */
    reporter: string | null;
  }
}
