import { chmod, rm } from 'node:fs/promises';
import { z } from 'zod';
import { parseEnvironment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { createLog } from '../../kernel/log.ts';
import { createEngineProxy } from './proxy.ts';

const file = z.string().startsWith('/', { error: 'an absolute path' });
const ENVIRONMENT = z.object({
  ENGINE_SOCKET: file.default('/var/run/docker.sock'),
  PROXY_SOCKET: file,
  LAPAK_DEPLOYMENTS: file,
});

/** A program of its own beside the control plane: the only one that has the engine's socket. */
async function main(): Promise<void> {
  const env = parseEnvironment(ENVIRONMENT, process.env);
  const log = createLog({ service: 'engine-proxy', level: 'info' });
  const server = createEngineProxy({ engine: env.ENGINE_SOCKET, deployments: env.LAPAK_DEPLOYMENTS, log });
  await rm(env.PROXY_SOCKET, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(env.PROXY_SOCKET, resolve));
  await chmod(env.PROXY_SOCKET, 0o600);
  log.info({ socket: env.PROXY_SOCKET }, 'engine proxy started');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      server.closeAllConnections();
      server.close(() => process.exit(0));
    });
  }
}

main().catch((error) => {
  process.stderr.write(`The engine proxy failed: ${errorMessage(error)}\n`);
  process.exit(1);
});
