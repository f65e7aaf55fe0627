import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';

const SAFE = new Set(['GET', 'HEAD']);

/**
 * Refuses what another page made this browser ask. Browsers say by Sec-Fetch-Site whose page asks, where the connection is
 * private; else Origin must be this address. `none` is what a person typed: that reads, and changes nothing.
 * @throws AppError CROSS_SITE_REFUSED
 */
export function assertSameOrigin(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const isSafe = SAFE.has(request.method);
  if (site === 'same-origin' || (isSafe && (site === 'none' || site === undefined))) return;
  if (site === undefined && isOwnOrigin(request)) return;
  throw new AppError(
    'CROSS_SITE_REFUSED',
    'A session is for the pages of the console: Sec-Fetch-Site must be same-origin, or Origin this very address. Programs send ' +
      'an API key instead.',
  );
}

function isOwnOrigin({ headers: { origin }, host, protocol }: FastifyRequest): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const own = new URL(origin);
  // A proxy that is not trusted does not say that there was TLS before it; the other way round there is no way.
  return own.host === canonical(own.protocol, host) && (protocol === 'http' || own.protocol === 'https:');
}

/** As a URL writes it: in small letters, and without the port that is the usual one. */
const canonical = (protocol: string, host: string): string =>
  URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : host;
