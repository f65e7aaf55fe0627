import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Whether a browser was sent here by the name of a page elsewhere (DNS rebinding): such a name has dots. Addresses,
 * `localhost` and the names of containers have none.
 */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost') || name === 'host.docker.internal';
}

/** Answers a browser that a page of somebody else sends here with 403: anybody's page could act in the sandbox otherwise. */
export async function refuseStrangers({ headers, url }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (!url.startsWith('/control')) return undefined;
  const { host = '', origin } = headers;
  const own = isOwnName(host) && (origin === undefined || origin === `http://${host}` || origin === `https://${host}`);
  return own
    ? undefined
    : reply.code(403).send({ error: 'Only pages of the sandbox itself, by its own name, may do this.' });
}
