import { join, resolve } from 'node:path';
import { createLog } from '../../../kernel/log.ts';
import { onOutputFault } from '../../../kernel/output-fault.ts';
import { forgetPostgresVariables } from '../../../kernel/postgres-variables.ts';
import { explain, faultDocument } from '../../../kernel/system-fault.ts';
import { createDriver } from '../../fleet/drivers/index.ts';
import { egressOf } from '../../fleet/tenants/egress.ts';
import { parseControlPlaneConfig } from '../../platform/config.ts';
import { maxConnectionsOf } from '../../platform/postgres/cluster.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { describe, toJson } from './messages.ts';
import { recover } from './recover.ts';

forgetPostgresVariables();

/** `lapak doctor --recover <archive>`: a program of its own, since there is no control plane to ask. */
async function main(archive: string, { json, adopt }: { json: boolean; adopt: boolean }): Promise<void> {
  const config = parseControlPlaneConfig(process.env, process.cwd());
  const log = createLog({ service: 'recover', level: 'silent' });
  const clusterUrl = config.databaseUrl ?? (await startEmbeddedPostgres({ dir: join(config.home, 'postgres') })).url;
  const egress = egressOf(config, clusterUrl, await maxConnectionsOf(clusterUrl));
  const driver = createDriver(config, { log, egress });
  const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations', 'control');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const deps = { config, clusterUrl, driver, migrations, signal: stop.signal, adopt };
    const recovered = await recover(deps, resolve(archive));
    process.stdout.write(json ? `${JSON.stringify(toJson(recovered))}\n` : describe(recovered));
  } finally {
    await driver.close();
  }
}

const [archive, ...flags] = process.argv.slice(2);
if (archive === undefined) {
  process.stderr.write('Usage: node control-plane/recovery/control-plane/main.ts <archive> [--json] [--adopt]\n');
  process.exit(2);
}
// It goes on without a reader: what it does is written down in the database.
onOutputFault(() => {});
main(archive, { json: flags.includes('--json'), adopt: flags.includes('--adopt') }).then(
  () => process.exit(0),
  (error) => {
    const isJson = flags.includes('--json');
    const text = isJson
      ? JSON.stringify(faultDocument(error, 'The recovery failed'))
      : explain(error, 'The recovery failed');
    process[isJson ? 'stdout' : 'stderr'].write(`${text}\n`, () => process.exit(1));
  },
);
