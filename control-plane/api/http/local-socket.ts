import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../../../kernel/log.ts';
import { STALLED_MS } from './limits.ts';

/** Where the socket is, below LAPAK_HOME. */
export const LOCAL_SOCKET = join('run', 'api.sock');
/** An address of a socket holds so many bytes, the last of them NUL; macOS has the least. */
const LONGEST_PATH = 103;

export type LocalSocket = { close(): Promise<void> };

/**
 * Serves the API on a socket that only the user of this process opens, in a folder of 0700 below `home`: who reaches the
 * control plane there knows that it is no other program. Undefined where the path is too long for an address.
 */
export async function listenLocally(app: FastifyInstance, home: string, log: Log): Promise<LocalSocket | undefined> {
  const path = join(home, LOCAL_SOCKET);
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    log.warn({ path, longest: LONGEST_PATH }, 'LAPAK_HOME is too long for a local socket: the CLI goes over TCP');
    return undefined;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // The folder may be there already, in another mode; the socket is of a process that is gone, for we hold the lock.
  await chmod(dirname(path), 0o700);
  await rm(path, { force: true });
  await app.ready();
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => app.routing(request, response));
  server.setTimeout(STALLED_MS);
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
