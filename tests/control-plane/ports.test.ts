import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPorts } from '../../control-plane/fleet/ports/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { uuid } from '../../kernel/ids.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const FROM = 11_000 + Number(process.env.VITEST_POOL_ID ?? 0) * 100;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('control');
});
afterAll(() => database.drop());
beforeEach(() => database.db.query('DELETE FROM tenants'));

let bots = 0;
async function tenant(): Promise<string> {
  const id = uuid();
  bots += 1;
  await database.db.query(
    `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids, pakasir_slug,
       memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, state, created_at, updated_at)
     VALUES ($1, $2, 'qris', 'x', 'process', 'x', 'auto', 'running', '{1}', '{}', 'x', 1, 1, 1, '{}', $3, 'x', 1, 1, 'running', now(), now())`,
    [id, `s${bots}`, bots],
  );
  return id;
}

const service = (size: number) => createPorts({ db: database.db, range: { from: FROM, to: FROM + size - 1 } });

test('twenty at once get forty ports, no two the same', async () => {
  const ports = service(40);
  const tenants = await Promise.all(Array.from({ length: 20 }, tenant));
  const pairs = await Promise.all(tenants.map((id) => ports.ensure(id)));
  expect(new Set(pairs.flatMap(({ telegram, pakasir }) => [telegram, pakasir])).size).toBe(40);
});

test('asking again gives the same, and what is released is free for others', async () => {
  const ports = service(2);
  const [first, second] = [await tenant(), await tenant()];
  const pair = await ports.ensure(first);
  expect(await ports.ensure(first)).toEqual(pair);
  const refused = await ports.ensure(second).catch((error) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused.code).toBe('PORTS_EXHAUSTED');
  await ports.release(first);
  expect(Object.values(await ports.ensure(second)).sort()).toEqual(Object.values(pair).sort());
});

test('the same tenant twice at once keeps one pair', async () => {
  const ports = service(20);
  const id = await tenant();
  const pairs = await Promise.all(Array.from({ length: 5 }, () => ports.ensure(id)));
  const rows = await database.db.query('SELECT port FROM ports WHERE tenant_id = $1', [id]);
  expect(rows).toHaveLength(2);
  expect(await ports.ensure(id)).toEqual(pairs[0]);
});

test('a port that a program holds is not given out, and one that was lost is given up', async () => {
  const ports = service(3);
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(FROM, '127.0.0.1', resolve));
  const id = await tenant();
  const pair = await ports.ensure(id);
  expect(Object.values(pair).sort()).toEqual([FROM + 1, FROM + 2]);
  const second = createServer();
  await new Promise<void>((resolve) => second.listen(pair.pakasir, '127.0.0.1', resolve));
  expect(await ports.findLost(id)).toEqual([pair.pakasir]);
  expect(await ports.dropLost(id)).toEqual([pair.pakasir]);
  await new Promise((resolve) => thief.close(resolve));
  expect(await ports.ensure(id)).toEqual({ telegram: pair.telegram, pakasir: FROM });
  second.close();
});
