import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import type { Addressed, RuntimeSpec } from './driver.ts';

/** A port of the store belongs to another program. `details.reason` and `details.port` let the caller replace it. */
export function portInUse(store: string, port: number, cause?: unknown): AppError {
  return new AppError('RUNTIME_UNHEALTHY', `Port ${port} of store ${store} is taken by another program on this host.`, {
    details: { reason: 'port_in_use', store, port },
    cause,
  });
}

/** @throws AppError RUNTIME_UNHEALTHY naming the first port of the store on which another program listens */
export async function assertPortsFree({ store, ports }: Pick<Addressed, 'store' | 'ports'>): Promise<void> {
  for (const port of [ports.telegram, ports.pakasir]) await assertFree(store, port);
}

function assertFree(store: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portInUse(store, port, error) : error),
    );
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** The engine answers, and has no such image. @param content what the name stood for when the store was given it */
export function imageNotFound(name: string, content?: string): AppError {
  const message =
    content === undefined || content === name
      ? `The image ${name} is not on this engine. Pull it (docker pull ${name}), load it (docker load), or build it: docker build --target tenant-runtime -t ${name} .`
      : `The image ${content}, which ${name} stood for, is no longer on this engine. Load it again (docker load), or upgrade the store to an image that is there.`;
  return new AppError('IMAGE_NOT_FOUND', message, { details: { reason: 'image_missing', image: name } });
}

/**
 * Path of the store's bot.env, which is written before a driver is called.
 * @throws AppError CONFIG_INVALID when it is not there
 */
export async function environmentFile(spec: RuntimeSpec): Promise<string> {
  const file = join(spec.folder, 'bot.env');
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || !found.isFile()) {
    throw new AppError('CONFIG_INVALID', `${file} is not there; write the deployment folder of ${spec.store} first.`, {
      cause: found instanceof Error ? found : undefined,
    });
  }
  return file;
}
