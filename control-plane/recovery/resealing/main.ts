import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDb } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { killAt } from '../../../kernel/failpoint.ts';
import { createLog } from '../../../kernel/log.ts';
import { migrate } from '../../../kernel/migrate.ts';
import { onOutputFault } from '../../../kernel/output-fault.ts';
import { forgetPostgresVariables } from '../../../kernel/postgres-variables.ts';
import { explain, faultDocument } from '../../../kernel/system-fault.ts';
import { parseControlPlaneConfig } from '../../platform/config.ts';
import { installationOf } from '../../platform/ownership/index.ts';
import { databaseUrlOf } from '../../platform/postgres/cluster.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { becomeExclusive } from '../../platform/postgres/exclusive.ts';
import { selectCluster } from '../../platform/postgres/sql.ts';
import { describe, toJson } from './messages.ts';
import { type Resealed, reseal } from './reseal.ts';

forgetPostgresVariables();

/** Its exit code when there is something to do that was not confirmed. */
const UNCONFIRMED = 10;
const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations', 'control');

/** `lapak doctor --reseal`: a program of its own, since no control plane may run, and none starts without its key. */
async function main(confirmed: boolean): Promise<Resealed> {
  const config = parseControlPlaneConfig(process.env, process.cwd());
  const log = createLog({ service: 'reseal', level: 'silent' });
  if (config.databaseUrl === undefined && !existsSync(config.home)) {
    throw new AppError(
      'CONFIG_INVALID',
      `There is no ${config.home}, and so nothing that was sealed. Check LAPAK_HOME.`,
    );
  }
  const clusterUrl = config.databaseUrl ?? (await startEmbeddedPostgres({ dir: join(config.home, 'postgres') })).url;
  const connectionString = await controlDatabase(clusterUrl, config.controlDatabase);
  const stop = new AbortController();
  const abort = () => stop.abort(new AppError('CANCELLED', 'Stopped between two stores; run it again to go on.'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const lock = await becomeExclusive(connectionString, log, abort);
  const db = createDb({ connectionString, max: 1, applicationName: 'lapak-reseal' });
  try {
    await migrate(connectionString, MIGRATIONS);
    const installation = await installationOf(connectionString, config.home);
    return await reseal(
      { config, installation, db, failpoint: killAt(config.failpoint), signal: stop.signal },
      confirmed,
    );
  } finally {
    await db.close();
    await lock.release();
  }
}

/** Not made when it is not there: one that holds anything would be in the way of a recovery. */
async function controlDatabase(clusterUrl: string, name: string): Promise<string> {
  const cluster = createDb({ connectionString: clusterUrl, max: 1, applicationName: 'lapak-reseal' });
  try {
    if ((await selectCluster(cluster, name)).exists) return databaseUrlOf(clusterUrl, name);
  } finally {
    await cluster.close();
  }
  throw new AppError('CONFIG_INVALID', `There is no control database ${name} here, and so nothing that was sealed.`);
}

function codeOf({ done, pending, stores }: Resealed): number {
  if (pending && !done) return UNCONFIRMED;
  return stores.some(({ verdict }) => verdict.startsWith('bot_env')) ? 1 : 0;
}

const flags = process.argv.slice(2);
// It goes on without a reader: what it does is written down in the database.
onOutputFault(() => {});
main(flags.includes('--confirmed')).then(
  (result) => {
    const text = flags.includes('--json') ? `${JSON.stringify(toJson(result))}\n` : describe(result);
    process.stdout.write(text, () => process.exit(codeOf(result)));
  },
  (error) => {
    const isJson = flags.includes('--json');
    const text = isJson ? JSON.stringify(faultDocument(error, 'Resealing failed')) : explain(error, 'Resealing failed');
    process[isJson ? 'stdout' : 'stderr'].write(`${text}\n`, () => process.exit(1));
  },
);
