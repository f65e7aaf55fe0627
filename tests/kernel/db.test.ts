import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb, createPool, dbFromPool } from '../../kernel/db.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('empty');
  await database.db.query('CREATE TABLE entries (id bigint PRIMARY KEY)');
});
afterAll(() => database.drop());

test('a bigint arrives as a number', async () => {
  const [row] = await database.db.query<{ amount: number }>('SELECT 15000::bigint AS amount');
  expect(row?.amount).toBe(15_000);
});

test('a bigint beyond the safe integers is an error, not a rounded amount', async () => {
  await expect(database.db.query('SELECT 9007199254740993::bigint AS amount')).rejects.toThrow(/safe integers/);
});

test('a failed transaction leaves nothing and runs no hook', async () => {
  const hooks: string[] = [];
  const failed = database.db.tx(async (tx) => {
    await tx.query('INSERT INTO entries VALUES (1)');
    tx.afterCommit(() => hooks.push('ran'));
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await database.db.query('SELECT id FROM entries')).toEqual([]);
  expect(hooks).toEqual([]);
});

test('hooks run once the transaction is visible to others', async () => {
  let seen: Promise<unknown[]> | undefined;
  await database.db.tx(async (tx) => {
    await tx.query('INSERT INTO entries VALUES (2)');
    tx.afterCommit(() => {
      seen = database.db.query('SELECT id FROM entries WHERE id = 2');
    });
  });
  expect(await seen).toEqual([{ id: 2 }]);
});

test('a lock that somebody holds is refused at once and free again afterwards', async () => {
  const inside = await database.db.withLock('delivery:1', async () => {
    const second = await database.db.withLock('delivery:1', async () => 'second');
    return { second };
  });
  expect(inside).toEqual({ second: undefined });
  expect(await database.db.withLock('delivery:1', async () => 'third')).toBe('third');
});

test('a connection that is lost in a transaction fails it, and the process lives on', async () => {
  const failing = database.db.tx(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.db.query('SELECT pg_terminate_backend($1, 5000)', [row!.pid]);
    // The loss arrives while no statement runs, as an event of the connection.
    await new Promise((resolve) => setImmediate(resolve));
    await tx.query('INSERT INTO entries VALUES (3)');
  });
  await expect(failing).rejects.toThrow();
  expect(await database.db.query('SELECT id FROM entries WHERE id = 3')).toEqual([]);
});

test('a connection that breaks in the moment it is handed out ends nothing', async () => {
  const pool = createPool({ connectionString: database.url, max: 1 });
  // Before whoever asked for it goes on.
  pool.once('acquire', (client) => process.nextTick(() => client.emit('error', new Error('terminating connection'))));
  const db = dbFromPool(pool);
  await db.tx((tx) => tx.query('SELECT 1'));
  expect(await db.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
  await db.close();
});

test('a statement with values is prepared once by each connection', async () => {
  const prepared = await database.db.tx(async (tx) => {
    for (const id of [1, 2, 3]) await tx.query('SELECT id FROM entries WHERE id = $1', [id]);
    await tx.query('SELECT id FROM entries');
    return tx.query<{ statement: string }>(
      "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT id FROM entries%'",
    );
  });
  expect(prepared).toEqual([{ statement: 'SELECT id FROM entries WHERE id = $1' }]);
});

test('texts that are never the same are not prepared without end', async () => {
  const prepared = await database.db.tx(async (tx) => {
    for (let turn = 0; turn < 1100; turn += 1) await tx.query(`SELECT ${turn} + $1::int`, [turn]);
    const [row] = await tx.query<{ count: number }>('SELECT count(*) FROM pg_prepared_statements');
    return row?.count;
  });
  expect(prepared).toBeLessThanOrEqual(1000);
  expect(await database.db.query('SELECT 5000 + $1::int AS sum', [1])).toEqual([{ sum: 5001 }]);
});

test('an answer beyond its bounds, or one that no parser reads, is the error of its query and of nothing else', async () => {
  const bounds = { message: 100_000, answer: 1_000_000 };
  const bounded = createDb({ connectionString: database.url, max: 1, bounds });
  const refused = { code: 'TENANT_STATE_CONFLICT', message: expect.stringContaining('was not read') };
  await expect(bounded.query("SELECT repeat('x', 20000000) AS x")).rejects.toMatchObject(refused);
  await expect(bounded.query("SELECT repeat('x', 90000) AS x FROM generate_series(1, 20)")).rejects.toMatchObject(
    refused,
  );
  await expect(bounded.tx((tx) => tx.query("SELECT repeat('x', 200000) AS x"))).rejects.toMatchObject(refused);
  await expect(
    bounded.query("DO $$ BEGIN RAISE '%', repeat('x', 50000) USING HINT = repeat('y', 20000); END $$"),
  ).rejects.toMatchObject({ code: 'P0001', message: `${'x'.repeat(500)}…`, hint: `${'y'.repeat(500)}…` });
  // An answer is bounded, not what a connection reads in its life.
  for (let n = 0; n < 15; n++) await bounded.query("SELECT repeat('x', 90000) AS x");
  expect(await bounded.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await bounded.close();
});

test('what the parser throws is the error of the query', async () => {
  const garbage = createServer((socket) => {
    socket.on('data', () => {
      // Authentication is over; then a row whose one value says that it is longer than its message.
      socket.write(Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0, 90, 0, 0, 0, 5, 73]));
      socket.write(Buffer.from([84, 0, 0, 0, 8, 255, 255, 255, 255]));
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
  const { port } = garbage.address() as AddressInfo;
  const db = createDb({ connectionString: `postgres://x:x@127.0.0.1:${port}/x`, max: 1 });
  await expect(db.query('SELECT 1')).rejects.toThrow();
  await db.close();
  garbage.close();
});
