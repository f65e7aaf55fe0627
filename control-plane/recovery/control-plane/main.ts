import { join, resolve } from 'node:path';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { createLog } from '../../../kernel/log.ts';
import { forgetPostgresVariables } from '../../../kernel/postgres-variables.ts';
import { createDriver } from '../../fleet/drivers/index.ts';
import { parseControlPlaneConfig } from '../../platform/config.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { describe, toJson } from './messages.ts';
import { recover } from './recover.ts';

forgetPostgresVariables();

/** `lapak doctor --recover <archive>`: a program of its own, since there is no control plane to ask. */
async function main(archive: string, { json, adopt }: { json: boolean; adopt: boolean }): Promise<void> {
  const config = parseControlPlaneConfig(process.env, process.cwd());
  const log = createLog({ service: 'recover', level: 'silent' });
  const listen = config.driver === 'docker' ? '*' : '127.0.0.1';
  const clusterUrl =
    config.databaseUrl ?? (await startEmbeddedPostgres({ dir: join(config.home, 'postgres'), listen })).url;
  const driver = createDriver(config, { log });
  const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations', 'control');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const deps = { config, clusterUrl, driver, migrations, signal: stop.signal, adopt };
    const recovered = await recover(deps, resolve(archive));
    process.stdout.write(json ? `${JSON.stringify(toJson(recovered), null, 2)}\n` : describe(recovered));
  } finally {
    await driver.close();
  }
}

const [archive, ...flags] = process.argv.slice(2);
if (archive === undefined) {
  process.stderr.write('Usage: node control-plane/recovery/control-plane/main.ts <archive> [--json] [--adopt]\n');
  process.exit(2);
}
main(archive, { json: flags.includes('--json'), adopt: flags.includes('--adopt') }).then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${errorMessage(error)}\n`);
    if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
