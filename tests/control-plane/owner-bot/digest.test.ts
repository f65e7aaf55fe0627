import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb } from '../../../kernel/db.ts';
import { migrate } from '../../../kernel/migrate.ts';
import type { ChatClient } from '../../../sandbox/client.ts';
import { migrationsDir } from '../../support/postgres.ts';
import { greet, type OwnersPlane, readable, startOwners } from '../support/owners.ts';

let owners: OwnersPlane;
let bos: ChatClient;
let now = new Date('2026-03-10T01:00:05Z');
beforeAll(async () => {
  owners = await startOwners(['Bos'], { clock: { now: () => now } });
  [bos] = owners.owners as [ChatClient];
  await greet([bos]);
});
afterAll(() => owners.close());

/** What pg-boss does at the time of the digest. */
const eight = () => owners.plane.db.tx((tx) => owners.plane.services.jobs.send(tx, 'owner_digest', {}));

async function sell(database: string, role: string): Promise<void> {
  const url = owners.plane.databaseUrl(database);
  await migrate(url, migrationsDir('tenant'));
  const db = createDb({ connectionString: url, max: 1 });
  await db.query(`GRANT SELECT ON orders TO ${role}`);
  await db.query("INSERT INTO users (id, first_name) VALUES (1, 'Ani')");
  await db.query(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, total, refunded, checkout_message_id, paid_at)
     SELECT 'tg1-' || nth, 1, status, 'qris', 50000, 50000, refunded, nth, at::timestamptz
       FROM (VALUES (1, 'delivered', 0, '2026-03-08T17:00:00Z'), (2, 'paid', 20000, '2026-03-09T16:59:59Z'),
                    (3, 'paid', 0, '2026-03-09T17:00:00Z'), (4, 'delivered', 0, '2026-03-08T16:59:59Z'),
                    (5, 'credited', 0, '2026-03-09T10:00:00Z')) AS o (nth, status, refunded, at)`,
  );
  await db.close();
}

test('each morning owners read how the stores are and what they sold the day before, once a day', async () => {
  const [shop] = [await owners.open('Warung Laris'), await owners.open('Warung Rusak')];
  await sell(shop.database, `lapak_${shop.store}`);
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'platform', key: 'p:1', severity: 'warn', detail: 'antrean' }),
  );
  const since = await bos.mark();
  await eight();
  const digest = await bos.waitFor('Ringkasan', { since });
  expect(readable(digest)).toMatch(
    new RegExp(
      [
        '🤖 Lapak',
        '   🛠 Lapak',
        '   📒 Ringkasan 10 Maret 2026',
        '   🏪 2 toko: .*',
        '(   🔴.*\n)?   ❗ Masalah sejak ringkasan terakhir: \\d, \\d selesai · terbuka sekarang: [1-9]',
        '   💰 Kemarin: 2 pesanan · Rp80.000',
        '      \\(1 toko tidak terbaca\\)',
        '   💾 Cadangan: .*',
      ].join('\n'),
    ),
  );
  await eight();
  await owners.plane.restart();
  await eight();
  const schedules = await owners.plane.services.jobs.schedules('owner_digest');
  const dailyAt = owners.plane.env.LAPAK_DIGEST_TIME;
  expect(schedules).toMatchObject([{ key: 'daily', recurrence: { dailyAt, timeZone: 'Asia/Jakarta' } }]);
  now = new Date('2026-03-11T01:00:05Z');
  await eight();
  // Its clock has jumped by a day: which incidents that made is not of this test.
  const next = await bos.waitFor('Ringkasan 11 Maret 2026', { since });
  expect(next.text).toContain('Kemarin: 1 pesanan · Rp50.000');
  const all = (await bos.messages()).filter(({ text }) => text.includes('Ringkasan'));
  expect(all).toHaveLength(2);
});
