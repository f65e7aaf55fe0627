import { ROUTES, STALE_AFTER_HOURS } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import { findPostgresTools } from '../../kernel/postgres-tools.ts';
import type { Client } from '../api/client.ts';
import { collect } from '../api/pages.ts';
import { broken, type Check, type Finding, ok, warning } from './check.ts';
import type { PostgresFound } from './postgres.ts';
import { askControlPlane, firstOf } from './probes.ts';
import { settingOf } from './settings.ts';

const HOUR_MS = 3_600_000;
const MOST_LOOKED_AT = 100;
const MOST_NAMED = 5;

const isAutomatic = (env: Environment): boolean => (settingOf(env, 'ENABLE_AUTO_BACKUP') ?? 'true') === 'true';

/** Backups need a pg_dump and a pg_restore that are not older than the server. */
export function pgDumpCheck(env: Environment, postgres: Promise<PostgresFound>): Check {
  return {
    name: 'pg_dump',
    async run() {
      const wanted = (await postgres).major ?? 15;
      const tools = await findPostgresTools({ pgBin: settingOf(env, 'LAPAK_PG_BIN'), path: env.PATH }, wanted);
      if (tools.kind === 'found') return ok(`version ${tools.major} (${tools.pgDump})`);
      const remedy = `Install the PostgreSQL ${wanted} client or newer (Debian: apt install postgresql-client), or name its folder in LAPAK_PG_BIN. Without it there are no backups.`;
      const found =
        tools.newest === undefined ? 'not found' : `version ${tools.newest} is older than the server (${wanted})`;
      // Whoever has switched them off knows that there are none.
      return isAutomatic(env) ? broken(found, remedy) : warning(found, remedy);
    },
  };
}

/** Whether each store has a verified backup of the last day, and a password that its backups can be made with. */
export function backupsCheck(env: Environment): Check {
  return {
    name: 'Backups',
    async run() {
      if (!isAutomatic(env)) {
        return warning('switched off (ENABLE_AUTO_BACKUP=false)', 'Make them by hand: lapak backup create <store>.');
      }
      return askControlPlane(env, inspect);
    },
  };
}

async function inspect(client: Client): Promise<Finding> {
  const stores = await collect(MOST_LOOKED_AT, async (cursor, limit) => {
    const page = await client.call(ROUTES.listTenants, { query: { limit, cursor } });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
  // One that is being opened, or never was, has nothing to lose yet.
  const due = stores.filter(
    ({ state, createdAt }) =>
      !['provisioning', 'failed', 'removing'].includes(state) && hoursSince(createdAt) > STALE_AFTER_HOURS,
  );
  const faults: string[] = [];
  for (const { store } of due) {
    const fault = await faultOf(client, store);
    if (fault) faults.push(`${store}: ${fault}`);
  }
  if (faults.length === 0) return ok(`${due.length} of ${stores.length} stores were due, and have a verified one`);
  return broken(
    firstOf(faults, MOST_NAMED, '; '),
    'See why the last one failed: lapak backup list <store>. Make one: lapak backup create <store>.',
  );
}

async function faultOf(client: Client, store: string): Promise<string | undefined> {
  const params = { store };
  const { secrets, env } = await client.call(ROUTES.showTenantConfiguration, { params });
  if (env.ENABLE_AUTO_BACKUP === 'false') return undefined;
  if (secrets.BACKUP_ENCRYPTION_PASSWORD === 'unset') return 'no password for its backups is set';
  const { backups } = await client.call(ROUTES.listBackups, { params, query: { limit: 10 } });
  const good = backups.find(({ state }) => state === 'verified');
  if (!good) return 'none of its newest backups is verified';
  const hours = Math.floor(hoursSince(good.startedAt));
  return hours > STALE_AFTER_HOURS ? `its newest verified backup is ${hours} hours old` : undefined;
}

const hoursSince = (at: string): number => (Date.now() - Date.parse(at)) / HOUR_MS;
