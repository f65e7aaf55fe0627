import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUsers } from '../../tenant-runtime/modules/shop/users/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('tenant');
});
afterAll(() => database.drop());

function room(at = { now: Date.now() }) {
  return createUsers({ adminIds: [1, 2], ownerIds: [2, 3], clock: { now: () => new Date(at.now) } });
}
const budi = { id: 9, first_name: 'Budi <b>', username: 'budi' };
const recognise = (sender = budi) => database.db.tx((tx) => room().recognise(tx, sender));

test('an admin who is also an owner counts as an owner, and gets no sellers’ notices', () => {
  const users = room();
  expect([1, 2, 3, 4].map(users.roleOf)).toEqual(['admin', 'owner', 'owner', 'customer']);
  expect(users.noticeIds).toEqual([1]);
});

test('whoever writes is recorded once, and a new name is noticed', async () => {
  expect((await recognise()).user).toMatchObject({ id: 9, firstName: 'Budi <b>', blocked: false });
  await recognise({ ...budi, first_name: 'Budi Baru' });
  const rows = await database.db.query('SELECT id, first_name FROM users WHERE id = 9');
  expect(rows).toEqual([{ id: 9, first_name: 'Budi Baru' }]);
});

test('somebody who blocked the bot can be reached again once they come back', async () => {
  await recognise();
  const users = room();
  const blockedAt = async () =>
    (await database.db.query<{ at: Date | null }>('SELECT bot_blocked_at AS at FROM users WHERE id = 9'))[0]?.at;
  await users.markUnreachable(database.db, 9);
  expect(await blockedAt()).toBeInstanceOf(Date);
  await users.markReachable(database.db, 9);
  expect(await blockedAt()).toBeNull();
  await users.markUnreachable(database.db, 9);
  await recognise();
  expect(await blockedAt()).toBeNull();
});

test('pressing /start is remembered from the first time', async () => {
  await recognise();
  const startedAt = async () =>
    (await database.db.query<{ at: Date | null }>('SELECT started_at AS at FROM users WHERE id = 9'))[0]?.at;
  expect(await startedAt()).toBeNull();
  await database.db.tx((tx) => room().start(tx, 9));
  const first = await startedAt();
  await database.db.tx((tx) => room().start(tx, 9));
  expect(await startedAt()).toEqual(first);
});

test('the totals of the welcome are counted at most every half a minute', async () => {
  const at = { now: 1_000_000 };
  const users = room(at);
  const before = await users.totals(database.db);
  await database.db.query("INSERT INTO users (id, first_name) VALUES (100, 'Baru')");
  at.now += 30_000;
  expect(await users.totals(database.db)).toEqual(before);
  at.now += 1;
  expect(await users.totals(database.db)).toEqual({ users: before.users + 1, transactions: 0 });
});

test('a user whom an admin blocked is known as such', async () => {
  await recognise();
  await database.db.query('UPDATE users SET blocked_at = now() WHERE id = 9');
  expect((await recognise()).user.blocked).toBe(true);
});
