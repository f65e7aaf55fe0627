import { fstatSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pino from 'pino';
import { parseEnvFile } from '../../kernel/config.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import { createLog } from '../../kernel/log.ts';
import { parseTenantConfig, type TenantConfig } from '../config.ts';
import { isLocal, type Reach } from '../http/listeners.ts';
import { HOSTED_LIVENESS } from '../lease/index.ts';
import { createStore, type Store } from '../store.ts';
import type { OpenStore } from './hosted-store.ts';
import type { StoreRoute } from './routing.ts';

/** Beside those of its queues: a host has many stores, and its cluster a bound. */
const CONNECTIONS = 2;
const IDLE_MS = 2000;
/** Its queues are woken by itself; a net for what a crash swallowed is stretched at the start, too. */
const POLL_SECONDS = 600;

/** Makes the stores of a host from their folders. @param place where the host runs, if its driver says so */
export function createOpenStore(options: { place: string | undefined; failpoint: Failpoint }): OpenStore {
  return async ({ store: slug, spec, route, fail }) => {
    const closed = new AbortController();
    const output = openOutput(join(spec.folder, 'logs', 'runtime', 'output.log'));
    const close = () => {
      closed.abort();
      output.end();
    };
    let config: TenantConfig;
    try {
      config = await readConfig(spec.folder, slug);
    } catch (err) {
      createLog({ service: 'runtime', level: 'info', output }).fatal({ err }, 'the store cannot start');
      close();
      throw err;
    }
    const { env } = config;
    let onLine: Store['noteLog'] = () => {};
    const log = createLog({
      service: 'runtime',
      level: env.LOG_LEVEL,
      output,
      dir: env.LOG_DIR,
      timeZone: env.BOT_TIMEZONE,
      signal: closed.signal,
      onLine: (line) => onLine(line),
    });
    const store = createStore(config, {
      log,
      failpoint: options.failpoint,
      connections: CONNECTIONS,
      idleTimeoutMillis: IDLE_MS,
      pollSeconds: POLL_SECONDS,
      reach: throughRoute(route, spec.ports, isLocal(env.TRUSTED_PROXIES ?? [])),
      claim: { generation: spec.generation, place: options.place, hosted: true },
      lease: { times: HOSTED_LIVENESS },
      onLost: () => fail(new Error('another runtime took the store over')),
    });
    onLine = store.noteLog;
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= store.stop().finally(close);
      return stopped;
    };
    return {
      async start() {
        try {
          await store.start();
        } catch (err) {
          if (!stopped) log.fatal({ err }, 'the store cannot start');
          throw err;
        }
      },
      stop,
      abandon() {
        store.abandon();
        // It only lets go of its timers and connections: what it held in memory is lost.
        stop().catch(() => undefined);
      },
      writeCrashReport: store.writeCrashReport,
    };
  };
}

/** Folders of bot.env are below that of the store: a process of many stores stands in none of them. */
export async function readConfig(folder: string, store: string): Promise<TenantConfig> {
  const config = parseTenantConfig(parseEnvFile(await readFile(join(folder, 'bot.env'), 'utf8')));
  const { env } = config;
  if (env.STORE_SLUG !== store) {
    throw new AppError(
      'CONFIG_INVALID',
      `STORE_SLUG: expected ${store}, as the host was told; the folder is another's`,
    );
  }
  for (const key of ['LOG_DIR', 'BACKUP_LOCAL_DIR', 'BACKUP_OFFSITE_DIR'] as const)
    env[key] = resolve(folder, env[key]);
  return config;
}

function throughRoute(
  route: StoreRoute,
  ports: { telegram: number; pakasir: number },
  isShared: Parameters<StoreRoute['open']>[1],
): Reach {
  return {
    async open({ telegram, gateway }) {
      await Promise.all([telegram.ready(), gateway.ready()]);
      await route.open(
        {
          telegram: (request, response) => telegram.routing(request, response),
          pakasir: (request, response) => gateway.routing(request, response),
        },
        isShared,
      );
      return { telegramPort: ports.telegram, pakasirPort: ports.pakasir };
    },
    close: route.close,
  };
}

/** Characters that wait while the disk takes none. */
const MOST_UNWRITTEN = 1_000_000;
/** The driver moves it aside long before; where nobody does, no more is written. */
const MOST_BYTES = 50_000_000;
const LOOK_BYTES = 64 * 1024;

/** The file that is the stdout of a store which runs alone, and that its driver reads. Emptied by the driver while it is open. */
function openOutput(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a', 0o640);
  const file = pino.destination({ dest: fd, sync: true, maxLength: MOST_UNWRITTEN });
  // A full disk keeps nobody from buying.
  file.on('error', () => {});
  let unseen = LOOK_BYTES;
  let isFull = false;
  let isOver = false;
  return {
    write(line: string): void {
      if (isOver) return;
      unseen += line.length;
      if (unseen >= LOOK_BYTES) {
        unseen = 0;
        isFull = fstatSync(fd).size >= MOST_BYTES;
      }
      if (!isFull) file.write(line);
    },
    /** What an abandoned store still says is said to nobody. */
    end(): void {
      isOver = true;
      file.end();
    },
  };
}
