import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Environment, parseEnvFile } from '../kernel/config.ts';
import { AppError } from '../kernel/errors.ts';
import { killAt } from '../kernel/failpoint.ts';
import { createLog } from '../kernel/log.ts';
import { onOutputFault } from '../kernel/output-fault.ts';
import { forgetPostgresVariables } from '../kernel/postgres-variables.ts';
import { parseTenantConfig } from './config.ts';
import { runHost } from './host/run.ts';
import type { Claim } from './lease/index.ts';
import { configureOrExit, createLifetime } from './lifetime.ts';
import { createStore, type Store } from './store.ts';

forgetPostgresVariables();

const USAGE =
  'Usage: node tenant-runtime/main.ts [--mode polling|webhook] [--webhook-url URL] [--env-file bot.env]\n' +
  'Every key of bot.env may also be in the environment. With HOST_TOKEN it is a host of many stores.';

function readEnvironment(): { environment: Environment; folder: string } {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string' },
      'webhook-url': { type: 'string' },
      'env-file': { type: 'string' },
    },
  });
  const path = values['env-file'];
  const environment = {
    ...process.env,
    ...(path ? parseEnvFile(readFileSync(path, 'utf8')) : {}),
    ...(values.mode ? { TELEGRAM_MODE: values.mode } : {}),
    ...(values['webhook-url'] ? { TELEGRAM_WEBHOOK_URL: values['webhook-url'] } : {}),
  };
  return { environment, folder: path ? dirname(resolve(path)) : process.cwd() };
}

/** What the driver says of this runtime: not in bot.env, which a store that is run by hand has too. */
function claimOf({ LAPAK_GENERATION: generation = '0', LAPAK_PLACE: place }: NodeJS.ProcessEnv): Claim {
  if (!/^\d{1,15}$/.test(generation)) {
    throw new AppError(
      'CONFIG_INVALID',
      'LAPAK_GENERATION: expected a whole number; leave it out to run a store by hand',
    );
  }
  return { generation: Number(generation), ...(place ? { place } : {}) };
}

const usage = (error: unknown) => (error instanceof AppError ? undefined : USAGE);

async function runStore(environment: Environment): Promise<void> {
  const { config, claim } = configureOrExit(
    () => ({ config: parseTenantConfig(environment), claim: claimOf(process.env) }),
    usage,
  );
  const { env } = config;
  let onLine: Store['noteLog'] = () => {};
  const log = createLog({
    service: 'runtime',
    level: env.LOG_LEVEL,
    dir: env.LOG_DIR,
    timeZone: env.BOT_TIMEZONE,
    onLine: (line) => onLine(line),
  });
  const lifetime = createLifetime(log, 'store', () => store);
  const store = createStore(config, {
    log,
    failpoint: killAt(process.env.LAPAK_FAILPOINT),
    claim,
    // The driver starts it again, and it waits its turn.
    onLost: () => lifetime.giveUp(),
  });
  onLine = store.noteLog;
  await lifetime.run();
}

// A full disk, and a reader of the output that went away, keep nobody from buying.
onOutputFault(() => {});
const { environment, folder } = configureOrExit(readEnvironment, usage);
await (environment.HOST_TOKEN ? runHost({ folder, environment }) : runStore(environment));
// Otherwise it is written when the process ends: until then each other store would compile the same sources again.
flushCompileCache();
