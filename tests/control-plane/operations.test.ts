import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { type Accepted, acceptStore, newSlug } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '4' } });
});
afterAll(() => plane.close());

type Event = { id: number; operation: Operation };
/** What a refusal says of the operation that is at work. */
type Held = { details: { operation: { id: string } } };

/** Reads a whole stream of server-sent events. */
async function events(id: string, lastEventId?: number): Promise<Event[]> {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
  const { body, headers: got } = await plane.api.call<string>('GET', `/v1/operations/${id}/events`, undefined, headers);
  expect(got.get('content-type')).toContain('text/event-stream');
  return [...body.matchAll(/^event: operation\nid: (\d+)\ndata: (.*)$/gm)].map(([, at, data]) => ({
    id: Number(at),
    operation: JSON.parse(data as string),
  }));
}

test('progress is streamed step by step, replayed from where a client was, and ends with the operation', async () => {
  const { operation } = await acceptStore(plane, 'steady');
  const all = await events(operation.id);
  expect(all[0]?.operation.state).toBe('scheduled');
  expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
  expect(all.at(-1)?.operation.state).toBe('succeeded');
  const order = all.at(-1)?.operation.steps.map(({ name }) => name);
  expect(order).toEqual([
    'check-bot',
    'ports',
    'shard',
    'database',
    'files',
    'ingress',
    'runtime',
    'healthy',
    'webhook',
  ]);
  const middle = all[3]?.id as number;
  expect(await events(operation.id, middle)).toEqual(all.slice(4));
  expect(await events(operation.id, all.at(-1)?.id)).toEqual([]);
});

test('a second change waits: it is told which operation holds the store', async () => {
  const { tenant, operation } = await acceptStore(plane, 'never ready');
  const path = `/v1/tenants/${tenant.store}`;
  for (const [method, at, body] of [
    ['POST', '/stop'],
    ['DELETE', ''],
    ['PATCH', '', { storeName: 'x' }],
  ] as const) {
    const locked = await plane.api.call(method, path + at, body);
    expect(locked).toMatchObject({
      status: 423,
      body: { code: 'OPERATION_IN_PROGRESS', details: { operation: { id: operation.id } } },
    });
  }
  await plane.api.ended(operation.id);
});

test('of changes that come at the same moment one is at work at a time, and the others hear which one holds the store', async () => {
  const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const verbs = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'stop' : 'restart'));
  const answers = await Promise.all(
    verbs.map((verb) => plane.api.call<Accepted & Held>('POST', `/v1/tenants/${tenant.store}/${verb}`)),
  );
  const taken = answers.filter(({ status }) => status === 202).map(({ body }) => body.operation.id);
  const holders = answers
    .filter(({ status }) => status !== 202)
    .map(({ status, body }) => {
      expect({ status, body }).toMatchObject({ status: 423, body: { code: 'OPERATION_IN_PROGRESS' } });
      return body.details.operation.id;
    });
  expect(taken).toEqual(expect.arrayContaining(holders));
  // On a slow machine one may have ended before the last was asked for.
  const ended = await Promise.all(taken.map((id) => plane.api.ended(id)));
  ended.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  for (const [index, { state, createdAt }] of ended.entries()) {
    expect(state).toBe('succeeded');
    const before = ended[index - 1]?.finishedAt;
    if (before) expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(Date.parse(before));
  }
  expect(holders.length).toBeGreaterThan(0);
});

test('a change that another one overtakes hears which operation holds the store', async () => {
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  let change: ReturnType<typeof plane.api.call> | undefined;
  await plane.db.tx(async (tx) => {
    await tx.query(
      `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, lease_until, created_at)
       SELECT 'overtaking', id, store, 'restart', 'running', '{}', 'x', now() + interval '1 hour', now()
       FROM tenants WHERE store = $1`,
      [store],
    );
    change = plane.api.call('POST', `/v1/tenants/${store}/stop`);
    await eventually(async () => {
      const waiting = await plane.db.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO operations %'`,
      );
      expect(waiting).toHaveLength(1);
    });
  });
  expect(await change).toMatchObject({
    status: 423,
    body: { code: 'OPERATION_IN_PROGRESS', details: { operation: { id: 'overtaking' } } },
  });
  await plane.db.query("DELETE FROM operations WHERE id = 'overtaking'");
});

test('an operation that another worker holds is left to it, and taken up when that one goes silent', async () => {
  const { tenant, operation } = await acceptStore(plane, 'never ready');
  const lease = (until: string) =>
    plane.db.query(
      `UPDATE operations SET lease_owner = 'another', lease_until = now() + interval '${until}'
       WHERE id = $1 AND EXISTS (SELECT FROM operation_steps WHERE operation_id = $1 AND name = 'healthy' AND state = 'running')
       RETURNING 1`,
      [operation.id],
    );
  await eventually(async () => expect(await lease('1 hour')).toHaveLength(1));
  await writeFile(join(tenant.folder, 'mended'), '');
  await eventually(() => expect(plane.logged()).toContain('an operation was left and will be taken up again'));
  // The workers look for work meanwhile, and find this.
  await plane.api.open({ telegramBotToken: plane.newBot().token });
  const held = await plane.db.query('SELECT state, lease_owner FROM operations WHERE id = $1', [operation.id]);
  expect(held).toEqual([{ state: 'running', lease_owner: 'another' }]);
  await lease('-1 second');
  plane.services.activate.operations();
  expect(await plane.api.ended(operation.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
});

test('an operation whose step was at work when the process ended twice is set aside, told, and retried by hand', async () => {
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const stop = await plane.api.call<{ operation: { id: string } }>('POST', `/v1/tenants/${store}/stop`);
  const { id } = stop.body.operation;
  await plane.api.ended(id);
  /** As a process leaves it that ended in the middle of the first step. */
  const endedWithin = async (place: string) => {
    await plane.db.query(
      `UPDATE operations SET state = 'running', lease_owner = 'gone', lease_until = now() + interval '1 hour', finished_at = NULL
       WHERE id = $1`,
      [id],
    );
    await plane.db.query(
      `UPDATE operation_steps SET state = CASE WHEN position = 1 THEN 'running' ELSE 'pending' END, detail = $2
       WHERE operation_id = $1`,
      [id, place],
    );
  };
  await plane.restart(() => endedWithin('here'));
  expect(await plane.api.ended(id)).toMatchObject({ state: 'succeeded' });
  await plane.restart(() => endedWithin('elsewhere'));
  expect(await plane.api.ended(id)).toMatchObject({ state: 'succeeded' });
  await plane.restart(() => endedWithin('elsewhere'));
  const aside = await plane.api.ended(id);
  expect(aside).toMatchObject({ state: 'failed', error: { code: 'OPERATION_SET_ASIDE' } });
  expect(aside.error?.message).toContain('ended 2 times while the step "stop" ("elsewhere") was at work');
  expect(aside.steps[0]).toMatchObject({ state: 'failed' });
  const told = await plane.db.query("SELECT detail FROM incidents WHERE kind = 'operation_failed' AND store = $1", [
    store,
  ]);
  expect(told).toEqual([{ detail: expect.stringContaining('OPERATION_SET_ASIDE') }]);
  await plane.api.call('POST', `/v1/operations/${id}/retry`);
  expect(await plane.api.ended(id)).toMatchObject({ state: 'succeeded', attempt: 2 });
});

test('lists are paged to the end, each item once', async () => {
  const pages: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await plane.api.call<{ operations: Operation[]; nextCursor: string | null }>(
      'GET',
      `/v1/operations?limit=2${query}`,
    );
    expect(page.body.operations.length).toBeLessThanOrEqual(2);
    pages.push(...page.body.operations.map(({ id }) => id));
    cursor = page.body.nextCursor;
  }
  const rows = await plane.db.query<{ id: string }>('SELECT id FROM operations ORDER BY seq DESC');
  expect(pages).toEqual(rows.map(({ id }) => id));

  const stores: string[] = [];
  for (cursor = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await plane.api.call<{ tenants: Tenant[]; nextCursor: string | null }>(
      'GET',
      `/v1/tenants?limit=2${query}`,
    );
    stores.push(...page.body.tenants.map(({ store }) => store));
    cursor = page.body.nextCursor;
  }
  const known = await plane.db.query<{ store: string }>('SELECT store FROM tenants ORDER BY store');
  expect(stores).toEqual(known.map(({ store }) => store));
  const failed = await plane.api.call<{ tenants: Tenant[] }>('GET', '/v1/tenants?state=running&q=STEADY');
  expect(failed.body.tenants.map(({ storeName }) => storeName)).toEqual(['steady']);
});

test('the audit log tells of every change and cannot be rewritten', async () => {
  const store = newSlug();
  await plane.api.open({ store, telegramBotToken: plane.newBot().token });
  const change = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${store}`, {
    storeName: 'New',
    env: { OWNER_BOT_TOKEN: 'hunter2-owner' },
  });
  await plane.api.ended(change.body.operation.id);
  const { body } = await plane.api.call<{
    entries: { action: string; result: string; before: unknown; after: unknown; requestId: string }[];
  }>('GET', `/v1/audit?target=tenant:${store}`);
  expect(body.entries.map(({ action, result }) => [action, result])).toEqual([
    ['operation.configure', 'succeeded'],
    ['tenant.configure', 'accepted'],
    ['operation.provision', 'succeeded'],
    ['tenant.create', 'accepted'],
  ]);
  expect(body.entries[1]).toMatchObject({
    before: { store_name: store },
    after: { store_name: 'New', secrets: { OWNER_BOT_TOKEN: 'replaced' } },
  });
  expect(JSON.stringify(body)).not.toContain('hunter2');
  for (const sql of ["UPDATE audit_log SET actor = 'x'", 'DELETE FROM audit_log', 'TRUNCATE audit_log']) {
    await expect(plane.db.query(sql)).rejects.toThrow('append-only');
  }
  await expect(
    plane.db.tx(async (tx) => {
      await tx.query("SET LOCAL session_replication_role = 'replica'");
      await tx.query('DELETE FROM audit_log');
    }),
  ).rejects.toThrow('append-only');
});
