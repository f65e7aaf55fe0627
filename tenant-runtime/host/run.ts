import { join } from 'node:path';
import { z } from 'zod';
import type { Backoff } from '../../kernel/backoff.ts';
import { type Environment, parseEnvironment } from '../../kernel/config.ts';
import { AppError } from '../../kernel/errors.ts';
import { killAt } from '../../kernel/failpoint.ts';
import { createInstalledCode } from '../../kernel/installed-code.ts';
import { createLog } from '../../kernel/log.ts';
import { TENANT_ENV } from '../config.ts';
import { isLocal } from '../http/listeners.ts';
import { configureOrExit, createLifetime } from '../lifetime.ts';
import { createHost } from './host.ts';
import type { OpenStore } from './hosted-store.ts';
import { createOpenStore } from './open-store.ts';

/** Every key of a host's bot.env, which is one by its token. Where it listens is its driver's to say, as of a store. */
const HOST_ENV = TENANT_ENV.pick({
  LOG_LEVEL: true,
  LOG_DIR: true,
  BOT_TIMEZONE: true,
  HOST: true,
  LISTEN_TELEGRAM_PORT: true,
  LISTEN_PAKASIR_PORT: true,
  TRUSTED_PROXIES: true,
}).extend({
  HOST_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{32,256}$/, { error: '32 to 256 letters, digits, _, . and - (openssl rand -hex 32)' }),
});

/** Runs a host in this process until a signal ends it. @param folder of the host: its bot.env, logs/ and what it remembers */
export async function runHost(options: {
  folder: string;
  environment: Environment;
  openStore?: OpenStore;
  code?: string;
  backoff?: Backoff;
}): Promise<void> {
  const { folder, environment } = options;
  const env = configureOrExit(
    () => parseEnvironment(HOST_ENV, environment),
    (error) => (error instanceof AppError ? undefined : String(error)),
  );
  const log = createLog({
    service: 'host',
    level: env.LOG_LEVEL,
    dir: join(folder, env.LOG_DIR),
    timeZone: env.BOT_TIMEZONE,
  });
  const failpoint = killAt(environment.LAPAK_FAILPOINT);
  const host = createHost({
    folder,
    token: env.HOST_TOKEN,
    code: options.code ?? (await createInstalledCode()()),
    listen: { host: env.HOST, telegram: env.LISTEN_TELEGRAM_PORT, pakasir: env.LISTEN_PAKASIR_PORT },
    isShared: isLocal(env.TRUSTED_PROXIES ?? []),
    openStore: options.openStore ?? createOpenStore({ place: environment.LAPAK_PLACE, failpoint }),
    log,
    failpoint,
    ...(options.backoff ? { backoff: options.backoff } : {}),
  });
  await createLifetime(log, 'host', () => host).run();
}
