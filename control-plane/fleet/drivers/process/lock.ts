import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../../../kernel/errors.ts';
import { stateMark } from './identity.ts';

export type StateLock = { release(): Promise<void> };

/**
 * Holds the state folder for this process: two control planes over one folder would each start the same store. It is a
 * listening socket, which the kernel takes back when its holder dies; on Linux an abstract one, which leaves no file.
 * @throws AppError DRIVER_UNAVAILABLE when another process holds it
 */
export async function lockState(stateDir: string): Promise<StateLock> {
  const name = `lapak-driver-${stateMark(stateDir)}`;
  // Without abstract sockets a loopback port derived from the folder's name does the same.
  const address =
    process.platform === 'linux'
      ? { path: `\0${name}` }
      : { host: '127.0.0.1', port: 40_000 + (Number.parseInt(stateMark(stateDir).slice(0, 4), 16) % 9_000) };
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...address, exclusive: true }, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new AppError(
      'DRIVER_UNAVAILABLE',
      `Another control plane is running stores from ${join(stateDir)}. Stop it first, or give this one a folder of its own.`,
      { cause },
    );
  });
  server.unref();
  return { release: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}
