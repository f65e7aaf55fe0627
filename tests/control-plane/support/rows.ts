import type { Db } from '../../../kernel/db.ts';
import { uuid } from '../../../kernel/ids.ts';

const DEFAULTS = {
  gateway: 'qris',
  driver: 'process',
  image: 'image:1',
  mode: 'polling',
  desired_state: 'running',
  state: 'running',
  admin_ids: [1],
  owner_ids: [],
  pakasir_slug: 'demo',
  memory_mb: 256,
  cpus: 0.5,
  pids: 128,
  env: {},
  generation: 1,
  revision: 1,
};

let bots = 5_000_000;

/** Rows of stores for which nothing is made, with the columns that `row` gives. @returns their ids */
export async function fillTenants(
  db: Db,
  count: number,
  row: (n: number) => { store: string } & Record<string, unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const given = row(n);
    const id = uuid();
    const full = {
      ...{ ...DEFAULTS, id, store_name: given.store, bot_id: bots++, bot_username: `bot_of_${given.store}` },
      ...{ created_at: new Date(), updated_at: new Date(), ...given },
    };
    const names = Object.keys(full);
    await db.query(
      `INSERT INTO tenants (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(full),
    );
    ids.push(id);
  }
  return ids;
}
