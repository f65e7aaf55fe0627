import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { parseEnvFile } from '../kernel/config.ts';
import { AppError, errorMessage } from '../kernel/errors.ts';
import { killAt } from '../kernel/failpoint.ts';
import { createLog } from '../kernel/log.ts';
import { onOutputFault } from '../kernel/output-fault.ts';
import { forgetPostgresVariables } from '../kernel/postgres-variables.ts';
import { parseTenantConfig, type TenantConfig } from './config.ts';
import type { Claim } from './lease/index.ts';
import { createStore, type Store } from './store.ts';

forgetPostgresVariables();

/** `sysexits.h`: the configuration is wrong, and starting again will not help. */
const EX_CONFIG = 78;
/** Work in hand is given this long after a first signal. */
const STOP_DEADLINE_MS = 25_000;
/** Writing the crash report of a process that cannot go on may take this long. */
const CRASH_REPORT_MS = 2000;

const USAGE =
  'Usage: node tenant-runtime/main.ts [--mode polling|webhook] [--webhook-url URL] [--env-file bot.env]\n' +
  'Every key of bot.env may also be in the environment.';

function configure(): TenantConfig {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string' },
      'webhook-url': { type: 'string' },
      'env-file': { type: 'string' },
    },
  });
  const file = values['env-file'] ? parseEnvFile(readFileSync(values['env-file'], 'utf8')) : {};
  return parseTenantConfig({
    ...process.env,
    ...file,
    ...(values.mode ? { TELEGRAM_MODE: values.mode } : {}),
    ...(values['webhook-url'] ? { TELEGRAM_WEBHOOK_URL: values['webhook-url'] } : {}),
  });
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

function configureOrExit(): { config: TenantConfig; claim: Claim } {
  try {
    return { config: configure(), claim: claimOf(process.env) };
  } catch (error) {
    console.error(errorMessage(error));
    if (!(error instanceof AppError)) console.error(USAGE);
    process.exit(EX_CONFIG);
  }
}

// A full disk, and a reader of the output that went away, keep nobody from buying.
onOutputFault(() => {});
const { config, claim } = configureOrExit();
const { env } = config;
let onLine: Store['noteLog'] = () => {};
const log = createLog({
  service: 'runtime',
  level: env.LOG_LEVEL,
  dir: env.LOG_DIR,
  timeZone: env.BOT_TIMEZONE,
  onLine: (line) => onLine(line),
});
const store = createStore(config, {
  log,
  failpoint: killAt(process.env.LAPAK_FAILPOINT),
  claim,
  // The driver starts it again, and it waits its turn.
  onLost: giveUp,
});
onLine = store.noteLog;

/** Ends the process, once the owners' news of it is written down. */
function giveUp(): void {
  setTimeout(() => process.exit(1), CRASH_REPORT_MS);
  void store.writeCrashReport().finally(() => process.exit(1));
}

let stopping = false;
function stop(signal: string): void {
  if (stopping) process.exit(1);
  stopping = true;
  log.info({ signal }, 'stopping');
  setTimeout(() => {
    log.error({ deadlineMs: STOP_DEADLINE_MS }, 'work in hand did not end in time; the next start takes it up');
    process.exit(1);
  }, STOP_DEADLINE_MS).unref();
  store.stop().then(
    () => process.exit(0),
    (err) => {
      log.error({ err }, 'stopping failed');
      process.exit(1);
    },
  );
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
  // The state is unknown from here on; the driver starts the store again, and it recovers from its rows.
  process.on(fault, (err) => {
    log.fatal({ err }, fault);
    giveUp();
  });
}

try {
  await store.start();
  // Otherwise it is written when the process ends: until then each other store would compile the same sources again.
  flushCompileCache();
} catch (err) {
  if (!stopping) {
    log.fatal({ err }, 'the store cannot start');
    giveUp();
  }
}
