import { expect, onTestFinished, test } from 'vitest';
import { openRooms } from '../support/modules.ts';
import { startTestStore } from '../support/store.ts';

test('a change of one thing waits for that of another, and keeps what that made', async () => {
  const shop = await startTestStore();
  const second = await openRooms(shop);
  onTestFinished(async () => {
    await second.close();
    await shop.close();
  });
  const one = await shop.product({ code: 'A', name: 'Akun A', price: 10_000, contents: [] });
  const other = await shop.product({ code: 'B', name: 'Akun B', price: 10_000, contents: [] });
  const { catalog } = second.modules;
  const actor = { id: shop.owner.id, role: 'owner' } as const;
  const { db } = shop.database;
  let later: Promise<unknown> | undefined;
  await second.db.tx(async (tx) => {
    await catalog.change(tx, actor, one, { name: 'Nama Baru' });
    later = second.db.tx((next) => catalog.change(next, actor, other, { price: 20_000 }));
    const waiting = () =>
      db.query(`SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                 WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`);
    await expect.poll(async () => (await waiting()).length).toBe(1);
  });
  expect(await later).toBe('changed');
  const kept = await db.query<{ products: { name: string; price: number }[] }>(
    `SELECT content -> 'products' AS products FROM configuration_snapshots
       JOIN configuration_contents ON hash = content_hash ORDER BY id`,
  );
  expect(kept.map(({ products }) => products.map(({ name, price }) => ({ name, price })))).toEqual([
    [
      { name: 'Akun A', price: 10_000 },
      { name: 'Akun B', price: 10_000 },
    ],
    [
      { name: 'Nama Baru', price: 10_000 },
      { name: 'Akun B', price: 10_000 },
    ],
  ]);
});
