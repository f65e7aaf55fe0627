import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Operation, OperationPage, Tenant } from '../../control-plane/api/contract/index.ts';
import { type ChatClient, createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { newSlug } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

let now = new Date('2026-11-01T00:00:00Z');
let plane: TestPlane;
let sandbox: SandboxClient;
let owner: ChatClient;
beforeAll(async () => {
  const token = `424242:${'q'.repeat(35)}`;
  const env = {
    OWNER_BOT_TOKEN: token,
    TELEGRAM_OWNER_IDS: '777',
    LAPAK_RENT_CONTACT: '@lapak_admin',
    LAPAK_RENT_GRACE_DAYS: '2',
  };
  plane = await startPlane({ clock: { now: () => now }, env });
  sandbox = createSandboxClient(plane.sandboxUrl);
  const bot = await sandbox.createBot({ token });
  owner = (await sandbox.createUser({ id: 777, firstName: 'Bos' })).chatWith(bot);
  await owner.send('/start');
});
afterAll(() => plane.close());

type Updated = { tenant: Tenant; operation: Operation | null };
const setRent = async (store: string, paidUntil: string | null) =>
  (await plane.api.call<Updated>('PATCH', `/v1/tenants/${store}`, { paidUntil })).body;
const post = (store: string, action: string, body?: object) =>
  plane.api.call<{ operation: Operation; code?: string; detail?: string }>(
    'POST',
    `/v1/tenants/${store}/${action}`,
    body,
  );

/** A store whose seller has started its bot, and another who has not. */
async function shop() {
  const bot = await sandbox.createBot();
  const seller = await sandbox.createUser({ firstName: 'Sari' });
  const stranger = await sandbox.createUser({ firstName: 'Tono' });
  const chat = seller.chatWith(bot);
  await chat.send('/start');
  const adminIds = [stranger.id, seller.id];
  const tenant = await plane.api.open({ store: newSlug(), telegramBotToken: bot.token, adminIds, storeName: 'Warung' });
  const told = async () => (await chat.messages()).filter(({ from }) => from === 'bot').map(({ text }) => text);
  return { tenant, store: tenant.store, bot, chat, told };
}

/** The clock jumps, and the control plane has looked. A restart looks at once; in production a schedule does. */
async function at(time: string): Promise<void> {
  now = new Date(time);
  await plane.restart();
}

async function operations(store: string): Promise<string[]> {
  const page = await plane.api.call<z.infer<typeof OperationPage>>('GET', `/v1/operations?store=${store}`);
  return page.body.operations.map(({ kind, state, requestedBy }) => `${kind} ${state} by ${requestedBy.split(':')[0]}`);
}
const settled = async (store: string) => {
  await eventually(async () => expect((await plane.api.tenant(store)).operation).toBeNull());
  return plane.api.tenant(store);
};

test('a rent is set without touching the runtime, and its sellers are reminded until it ends', async () => {
  const { store, tenant, chat, told } = await shop();
  const [pid] = await runtimesBelow(tenant.folder);
  const { tenant: after, operation } = await setRent(store, '2026-12-31');
  expect(operation).toBeNull();
  expect(after).toMatchObject({ paidUntil: '2026-12-31T17:00:00.000Z', generation: tenant.generation });
  expect(await runtimesBelow(tenant.folder)).toEqual([pid]);
  await chat.waitFor('berlaku sampai Kamis, 31 Desember 2026', { since: 0 });

  await at('2026-12-24T01:59:00Z');
  await at('2026-12-24T02:00:00Z');
  await chat.waitFor('berakhir 7 hari lagi: Kamis, 31 Desember 2026', { since: 0 });
  await at('2026-12-24T09:00:00Z');
  await at('2026-12-28T03:00:00Z');
  await chat.waitFor('berakhir 3 hari lagi', { since: 0 });
  await at('2026-12-30T02:30:00Z');
  await chat.waitFor('berakhir besok', { since: 0 });
  await at('2027-01-01T02:00:00Z');
  const due = await chat.waitFor('sudah berakhir', { since: 0 });
  expect(due.text).toContain('masa tenggang, sampai Sabtu, 2 Januari 2027');
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'running' });

  await at('2027-01-02T16:59:59.999Z');
  await at('2027-01-02T17:00:00Z');
  await chat.waitFor('⛔️ Toko Warung berhenti sementara', { since: 0 });
  expect(await settled(store)).toMatchObject({
    state: 'suspended',
    suspendedFor: 'rent',
    reason: expect.stringContaining('the rent ran out on 2026-12-31T17:00:00.000Z'),
  });
  await eventually(async () => expect(await runtimesBelow(tenant.folder)).toEqual([]));
  const alert = await owner.waitFor('Masa sewa toko', { since: 0 });
  expect(alert.text).toContain(`lapak tenant rent ${store}`);
  await at('2027-01-05T00:00:00Z');
  expect(await told()).toHaveLength(6);
  expect((await owner.messages()).filter(({ text }) => text.includes('Masa sewa'))).toHaveLength(1);
  expect(await operations(store)).toEqual(['suspend succeeded by system', 'provision succeeded by key']);
  const [began] = await plane.db.query("SELECT created_at FROM operations WHERE store = $1 AND kind = 'suspend'", [
    store,
  ]);
  expect(began).toEqual({ created_at: new Date('2027-01-02T17:00:00Z') });
  const refused = await plane.db.query(
    'SELECT DISTINCT chat_id, refused FROM seller_messages WHERE refused IS NOT NULL',
  );
  expect(refused).toMatchObject([{ refused: expect.stringContaining('chat not found') }]);

  const early = await post(store, 'resume');
  expect(early).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });
  const extended = await setRent(store, '2027-01-31');
  expect(extended.operation).toMatchObject({ kind: 'resume' });
  expect(await settled(store)).toMatchObject({ state: 'running', suspendedFor: null, reason: null });
  await chat.waitFor('buka lagi', { since: 0 });
  expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
});

test('a clock that jumps over reminders says the newest only', async () => {
  now = new Date('2027-02-01T00:00:00Z');
  const { store, chat, told } = await shop();
  await setRent(store, '2027-02-28');
  await chat.waitFor('berlaku sampai', { since: 0 });
  await at('2027-02-26T12:00:00Z');
  await chat.waitFor('berakhir 2 hari lagi', { since: 0 });
  expect(await told()).toHaveLength(2);
});

test('what Telegram did not take is said later, and not once the rent was extended', async () => {
  now = new Date('2027-03-01T00:00:00Z');
  const [one, other] = [await shop(), await shop()];
  for (const { store, chat } of [one, other]) {
    await setRent(store, '2027-03-31');
    await chat.waitFor('berlaku sampai', { since: 0 });
  }
  const fault = await sandbox.faults.add({ target: 'telegram', kind: '5xx', method: 'sendMessage', times: 'always' });
  await at('2027-03-30T03:00:00Z');
  await fault.waitFired({ count: 2 });
  await setRent(other.store, '2027-04-30');
  await fault.remove();
  await one.chat.waitFor('berakhir besok', { since: 0 });
  await other.chat.waitFor('berlaku sampai Jumat, 30 April 2027', { since: 0 });
  expect((await other.told()).join('\n')).not.toContain('besok');
});

test('a store that the operator suspended is resumed by no rent', async () => {
  now = new Date('2027-05-01T00:00:00Z');
  const { store, chat } = await shop();
  await setRent(store, '2027-05-02');
  const change = async (action: string, body?: object) => {
    const accepted = await post(store, action, body);
    expect(accepted.status).toBe(202);
    expect(await plane.api.ended(accepted.body.operation.id)).toMatchObject({ kind: action, state: 'succeeded' });
  };
  await change('suspend', { reason: 'menunggu dokumen' });
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'suspended', reason: 'menunggu dokumen' });
  await chat.waitFor(/dihentikan sementara oleh pengelola[\s\S]*menunggu dokumen/, { since: 0 });
  // The grace is the seller's time too, to its last moment.
  now = new Date('2027-05-04T17:00:00Z');
  expect(await post(store, 'resume')).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });
  now = new Date('2027-05-04T16:59:59.999Z');
  await change('resume');
  await change('suspend', { reason: 'menunggu dokumen' });
  await at('2027-06-01T00:00:00Z');
  await eventually(async () => {
    const [row] = await plane.db.query('SELECT rent_next_at, rent_told FROM tenants WHERE store = $1', [store]);
    expect(row).toEqual({ rent_next_at: null, rent_told: 'over' });
  });
  expect((await setRent(store, '2027-07-31')).operation).toBeNull();
  await at('2027-06-01T01:00:00Z');
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'suspended', suspendedFor: 'operator' });
  expect(await operations(store)).toEqual([
    'suspend succeeded by key',
    'resume succeeded by key',
    'suspend succeeded by key',
    'provision succeeded by key',
  ]);
});

test('a store that an operation holds is suspended as soon as it is free', async () => {
  now = new Date('2027-08-01T00:00:00Z');
  const { store } = await shop();
  await setRent(store, '2027-08-02');
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [store]);
  await plane.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at, lease_owner, lease_until)
     VALUES ('elsewhere', $1, $2, 'restart', 'running', '{}', 'test', now(), 'test', now() + interval '1 day')`,
    [row?.id, store],
  );
  now = new Date('2027-09-01T00:00:00Z');
  // Another store's change of rent has all rents looked at.
  const other = await shop();
  await setRent(other.store, '2028-01-01');
  await other.chat.waitFor('berlaku sampai', { since: 0 });
  expect((await operations(store))[0]).toBe('restart running by test');
  await plane.db.query("UPDATE operations SET state = 'cancelled' WHERE id = 'elsewhere'");
  await setRent(other.store, '2028-02-01');
  await eventually(async () => expect((await operations(store))[0]).toBe('suspend succeeded by system'));
  expect((await setRent(store, null)).operation).toMatchObject({ kind: 'resume' });
  expect(await settled(store)).toMatchObject({ state: 'running', paidUntil: null });
});
