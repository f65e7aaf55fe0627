import type { Backup, Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createDb } from '../../../kernel/db.ts';
import type { NewStore } from '../support/api.ts';
import type { TestPlane } from '../support/plane.ts';

/** A store whose database holds `rows` goods, as of migration 0001. */
export async function openStocked(plane: TestPlane, rows = 500, over: Partial<NewStore> = {}): Promise<Tenant> {
  const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, ...over });
  await inStore(plane, tenant, async (query) => {
    await query(`SET ROLE ${tenant.database.replace(/^db_/, 'lapak_')}`);
    await query('CREATE TABLE schema_migrations (id serial, name text)');
    await query("INSERT INTO schema_migrations (name) VALUES ('0001_init')");
    await query('CREATE TABLE goods (id int PRIMARY KEY, text text)');
    await query('INSERT INTO goods SELECT n, md5(n::text) FROM generate_series(1, $1::int) n', [rows]);
  });
  return tenant;
}

export async function inStore(
  plane: TestPlane,
  tenant: Pick<Tenant, 'database'>,
  work: (query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<unknown>,
): Promise<void> {
  const db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 1 });
  try {
    await db.tx((tx) => work((text, values) => tx.query<Record<string, unknown>>(text, values)));
  } finally {
    await db.close();
  }
}

export async function ask(plane: TestPlane, path: string): Promise<Operation> {
  const { status, body } = await plane.api.call<{ operation: Operation }>('POST', path);
  if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
  return plane.api.ended(body.operation.id);
}

export const backUp = (plane: TestPlane, store: string): Promise<Operation> =>
  ask(plane, `/v1/tenants/${store}/backups`);

export async function backupsOf(plane: TestPlane, store: string): Promise<Backup[]> {
  return (await plane.api.call<{ backups: Backup[] }>('GET', `/v1/tenants/${store}/backups`)).body.backups;
}

/** Incidents of a store: kind, whether it is open, and how often it was seen. */
export async function incidents(plane: TestPlane, store: string): Promise<{ kind: string; open: boolean }[]> {
  return plane.db.query('SELECT kind, closed_at IS NULL AS open FROM incidents WHERE store = $1 ORDER BY id', [store]);
}
