import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Backup, Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { migrate } from '../../../kernel/migrate.ts';
import { migrationsDir } from '../../support/postgres.ts';
import type { Api } from '../support/api.ts';

/** The store's database, as the store's own role. */
export async function storeUrl(tenant: Pick<Tenant, 'folder'>): Promise<string> {
  const { DATABASE_URL } = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
  return DATABASE_URL as string;
}

export async function asStore<T>(tenant: Pick<Tenant, 'folder'>, work: (db: Db) => Promise<T>): Promise<T> {
  const db = createDb({ connectionString: await storeUrl(tenant), max: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** What a runtime would have made: the tables of a store, a product and five units of it. */
export async function stock(tenant: Pick<Tenant, 'folder'>): Promise<void> {
  await migrate(await storeUrl(tenant), migrationsDir('tenant'));
  await asStore(tenant, async (db) => {
    await db.query("INSERT INTO users (id, first_name) VALUES (7, 'Budi')");
    await db.query("INSERT INTO products (code, name, price) VALUES ('NF', 'Akun', 10000)");
    await db.query(
      `INSERT INTO stock_units (product_id, content, fingerprint, added_by)
       SELECT 1, 'sealed ' || n, 'f' || n, 42 FROM generate_series(1, 5) AS n`,
    );
  });
}

export async function accepted(api: Api, path: string): Promise<Operation> {
  const answer = await api.call<{ operation: Operation }>('POST', path);
  if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
  return api.ended(answer.body.operation.id);
}

export async function backUp(api: Api, store: string): Promise<Backup> {
  const operation = await accepted(api, `/v1/tenants/${store}/backups`);
  if (operation.state !== 'succeeded') throw new Error(`not backed up: ${JSON.stringify(operation)}`);
  const { body } = await api.call<{ backups: Backup[] }>('GET', `/v1/tenants/${store}/backups`);
  return body.backups.find((backup) => backup.operation === operation.id) as Backup;
}

export const units = (tenant: Pick<Tenant, 'folder'>) =>
  asStore(tenant, (db) => db.query<{ id: number; status: string }>('SELECT id, status FROM stock_units ORDER BY id'));
