import pino from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type ApiKeyCreated,
  FleetEvent,
  FleetHeartbeat,
  type KeyScope,
} from '../../../control-plane/api/contract/index.ts';
import { createFleetFeed, type FleetFeed } from '../../../control-plane/fleet/feed/index.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { type EventStream, followFleet } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { fillTenants } from '../support/rows.ts';

let plane: TestPlane;
let open: EventStream[] = [];
beforeAll(async () => {
  plane = await startPlane({ intervals: { heartbeatMs: 100 } });
  await fillTenants(plane.db, 4, (n) => ({ store: `kios-${n}`, desired_state: 'stopped', state: 'stopped' }));
});
afterEach(() => {
  for (const stream of open) stream.close();
  open = [];
});
afterAll(() => plane.close());

async function follow(lastEventId?: string, key = plane.api.key): Promise<EventStream> {
  const stream = await followFleet(plane.url, key, { lastEventId });
  open.push(stream);
  // Let in, and at its place: what happens from here on is told.
  await eventually(() => expect(stream.lastId()).toBeDefined());
  return stream;
}

let names = 0;
/** A name that it did not have: what is set to what it is has not changed. */
const rename = (on: Pick<Db, 'query'>, store: string, name: string) =>
  on.query('UPDATE tenants SET store_name = $2 WHERE store = $1', [store, `${name} ${names++}`]);
const incident = (key: string, store: string | null = null) =>
  plane.db.query(
    `INSERT INTO incidents (key, kind, severity, store, detail, opened_at, seen_at)
     VALUES ($1, 'test', 'error', $2, 'of a test', now(), now())`,
    [key, store],
  );
const about =
  (id: string) =>
  (event: FleetEvent): boolean =>
    event.id === id;

async function keyOf(scope: KeyScope) {
  const { body } = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `a ${scope}`, scope });
  return body;
}

test('opening a store is told as its steps happen, and every event is of the contract', async () => {
  const stream = await follow();
  const tenant = await plane.api.open({ store: 'baru', telegramBotToken: plane.newBot().token });
  await stream.until((event) => event.kind === 'tenant' && event.id === tenant.store);
  const { data } = await stream.until((event) => event.kind === 'operation' && event.store === tenant.store);
  const { id } = FleetEvent.parse(JSON.parse(data as string));
  expect((await plane.api.call('GET', `/v1/operations/${id}`)).status).toBe(200);
  for (const message of stream.messages) {
    expect(FleetEvent.parse(JSON.parse(message.data as string)).kind).toBe(message.event);
  }
  const ids = stream.messages.map((message) => Number(message.id));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
});

test('a check that finds nothing new is no event', async () => {
  const stream = await follow();
  await plane.db.query("UPDATE tenants SET health_at = now(), observed_at = now() WHERE store = 'kios-0'");
  await rename(plane.db, 'kios-1', 'Kios Satu');
  await stream.until(about('kios-1'));
  expect(stream.messages.some(({ data }) => data?.includes('kios-0'))).toBe(false);
});

test('what is committed late under an earlier number is told too, also to whoever comes again in between', async () => {
  const other = createDb({ connectionString: plane.databaseUrl(plane.env.LAPAK_CONTROL_DATABASE as string), max: 1 });
  const stream = await follow();
  let late: Promise<void> = Promise.resolve();
  const commit = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  late = other.tx(async (tx) => {
    await rename(tx, 'kios-2', 'Late');
    written.resolve();
    await commit.promise;
  });
  await written.promise;
  await rename(plane.db, 'kios-3', 'Early');
  const early = await stream.until(about('kios-3'));
  expect(stream.messages.some(({ data }) => data?.includes('kios-2'))).toBe(false);
  const again = await follow(early.id);
  commit.resolve();
  await late;
  for (const each of [stream, again]) {
    const { id } = await each.until(about('kios-2'));
    expect(Number(id)).toBeGreaterThan(Number(early.id));
  }
  again.close();
  stream.close();
  // Nobody followed when it was asked for: it was written down all the same.
  await (await follow(early.id)).until(about('kios-2'));
  await other.close();
});

test('a change that is rolled back is no event', async () => {
  const stream = await follow();
  const undone = plane.db.tx(async (tx) => {
    await rename(tx, 'kios-0', 'Never');
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await rename(plane.db, 'kios-1', 'Done');
  await stream.until(about('kios-1'));
  expect(stream.messages).toHaveLength(1);
});

test('what happened while nobody followed is replayed, each thing once', async () => {
  const first = await follow();
  const from = first.lastId();
  first.close();
  await first.ended;
  for (let n = 0; n < 5; n += 1) await rename(plane.db, 'kios-1', `Ganti ${n}`);
  await plane.restart();
  const again = await follow(from);
  await again.until(about('kios-1'));
  expect(again.messages.filter(({ data }) => data?.includes('"kios-1"'))).toHaveLength(1);
});

test('a viewer is told nothing of incidents, neither live nor by replay, and moves on all the same', async () => {
  const { key } = await keyOf('viewer');
  const [viewer, admin] = [await follow(undefined, key), await follow()];
  const from = viewer.lastId();
  await incident('a-live-one', 'kios-0');
  await admin.until((event) => event.kind === 'incident' && event.store === 'kios-0');
  await rename(plane.db, 'kios-2', 'Sesudah');
  await viewer.until(about('kios-2'));
  const replayed = await follow(from, key);
  await replayed.until(about('kios-2'));
  for (const stream of [viewer, replayed]) {
    expect(stream.messages.map(({ event }) => event)).not.toContain('incident');
  }
  expect((await follow(from)).messages.map(({ event }) => event)).toContain('incident');
});

test('a place that is no longer kept, or was never given, is answered by a reset and goes on from now', async () => {
  const stream = await follow();
  const from = stream.lastId() as string;
  await rename(plane.db, 'kios-1', 'Lama');
  await stream.until(about('kios-1'));
  await plane.db.query("UPDATE fleet_events SET at = now() - interval '61 minutes'");
  await rename(plane.db, 'kios-2', 'Muda');
  await stream.until(about('kios-2'));
  await plane.services.feed.expire();
  for (const place of [from, '999999999999']) {
    const again = await follow(place);
    expect(again.messages[0]).toMatchObject({ event: 'reset', data: '' });
    expect(again.messages).toHaveLength(1);
    await rename(plane.db, 'kios-3', `Sesudah ${place}`);
    await again.until(about('kios-3'));
  }
  // The newest is kept however old it is, so a tab that slept through a quiet night is not reset.
  const newest = (await follow()).lastId();
  await plane.db.query("UPDATE fleet_events SET at = now() - interval '2 days'");
  await plane.services.feed.expire();
  expect((await follow(newest)).messages).toEqual([]);
});

test.each(['-1', '1.5', 'abc', '9'.repeat(16), '1e3'])('the Last-Event-ID %s is refused', async (lastEventId) => {
  const { status } = await plane.api.call('GET', '/v1/events', undefined, { 'last-event-id': lastEventId });
  expect(status).toBe(400);
});

test('housekeeping while somebody follows tells them what it numbers', async () => {
  const stream = await follow();
  await rename(plane.db, 'kios-0', 'Bersih');
  await plane.services.feed.expire();
  await stream.until(about('kios-0'));
});

test('a stream on which nothing happens beats, and says how often', async () => {
  const stream = await follow();
  await eventually(() => expect(stream.beats.length).toBeGreaterThan(2));
  for (const { data } of stream.beats)
    expect(FleetHeartbeat.parse(JSON.parse(data as string))).toEqual({ everyMs: 100 });
  expect(stream.messages).toEqual([]);
  // What was told of before is not forgotten for a heartbeat.
  await rename(plane.db, 'kios-0', 'Berdetak');
  const { id } = await stream.until(about('kios-0'));
  const { length } = stream.beats;
  await eventually(() => expect(stream.beats.length).toBeGreaterThan(length));
  expect(Number(stream.lastId())).toBeGreaterThanOrEqual(Number(id));
});

test('a revoked key ends its stream', async () => {
  const { key, apiKey } = await keyOf('operator');
  const stream = await follow(undefined, key);
  expect((await plane.api.call('DELETE', `/v1/api-keys/${apiKey.id}`)).status).toBe(200);
  await stream.ended;
});

test('nobody asks the database while nobody follows, and many who follow ask as one', async () => {
  let looks = 0;
  const counted: Db = {
    ...plane.db,
    query(text, values) {
      if (text.includes('EXISTS')) looks += 1;
      return plane.db.query(text, values);
    },
  };
  const feeds = [counted, plane.db].map((db) =>
    createFleetFeed({ db, log: pino({ level: 'silent' }), heartbeatMs: 10_000 }),
  );
  const [feed, yardstick] = feeds as [FleetFeed, FleetFeed];
  const follower = { wants: () => true, onOverflow: () => {} };
  const many = await Promise.all(Array.from({ length: 8 }, () => feed.subscribe(follower)));
  await eventually(() => expect(looks).toBe(2));
  for (const { subscription } of many) subscription.close();
  feed.wake();
  const before = looks;
  // Another that is followed looks several times meanwhile.
  const { subscription } = await yardstick.subscribe(follower);
  for (let n = 0; n < 3; n += 1) {
    await incident(`a-yardstick-${n}`);
    await subscription.take(60_000);
  }
  subscription.close();
  expect(looks).toBe(before);
});

test('a client that does not read is cut, and others are not held up by it', async () => {
  const [slow, quick] = [await follow(), await follow()];
  slow.response.pause();
  slow.response.socket.pause();
  const numbers = Array.from({ length: 2_000 }, (_, n) => n);
  for (let round = 0; round < 30 && !plane.logged().includes('reads its events too slowly'); round += 1) {
    await plane.db.query(
      `INSERT INTO fleet_changes (kind, id)
       SELECT 'drill', 'much-' || $1::text || '-' || n::text || repeat('x', 1000) FROM unnest($2::int[]) n`,
      [round, numbers],
    );
    await quick.until((event) => event.id.startsWith(`much-${round}-1999x`));
  }
  expect(plane.logged()).toContain('reads its events too slowly');
});
