import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ApiKeyCreated,
  type Operation,
  ROUTES,
  type Route,
  type Tenant,
} from '../../control-plane/api/contract/index.ts';
import { createStillDriver } from '../support/still-driver.ts';
import { newSlug, storeRequest } from './support/api.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/* Nobody works on the operations here: what a change itself leaves is looked at, as its answer goes out. */
const driver = { ...createStillDriver(), hostsStores: true };
let plane: TestPlane;
let tenant: Tenant;
let actor: string;
beforeAll(async () => {
  plane = await startPlane({ driver, env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
  actor = `key:${/^lpk_([0-9a-z]+)_/.exec(plane.api.key ?? '')?.[1]}`;
  await plane.services.engine.stop();
  await plane.services.tasks.stop();
});
afterAll(async () => {
  await plane.close();
  await driver.end();
});

const endAll = (state: string) =>
  plane.db.query("UPDATE operations SET state = $1 WHERE state IN ('scheduled', 'running')", [state]);
const query = async (text: string) => (await plane.db.query<{ id: string }>(text, [tenant.store]))[0]?.id ?? '';
const post = async (action: string) => {
  const path = `/v1/tenants/${tenant.store}/${action}`;
  return (await plane.api.call<{ operation: Operation }>('POST', path)).body.operation.id;
};
const backup = () =>
  query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed, image,
       started_at)
     SELECT 'kept', id, store, gateway, 'before', 1, 'manual', 'verified', 'kept', 'none', image, now()
     FROM tenants WHERE store = $1 ON CONFLICT (id) DO UPDATE SET state = 'verified' RETURNING id`,
  );

const shard = () =>
  query(
    `INSERT INTO shards (id, name, state, capacity, token_sealed, created_at)
     SELECT gen_random_uuid(), 'shard-7', 'active', 1, 'none', now() FROM tenants WHERE store = $1 RETURNING name AS id`,
  );

/** One in this state, which has no stores. */
const rollout = (state: string) => () =>
  query(
    `INSERT INTO rollouts (id, state, change, canary, bake_seconds, per_machine, max_failures, wave_count, requested_by, acts_as,
       scope, created_at, updated_at)
     SELECT substr(md5(random()::text), 1, 12), '${state}', '{"kind": "suspend"}', 0, 0, 1, 1, 1, 'system', 'system', 'admin',
       now(), now() FROM tenants WHERE store = $1 RETURNING id`,
  );

type Change = { action: string; body?: () => object; id?: () => Promise<string>; query?: string };

/** By the name of its route: the entry that it leaves, and what it takes to ask for it. In this order. */
const CHANGES: Record<string, Change | readonly Change[]> = {
  pauseTenant: { action: 'tenant.pause' },
  unpauseTenant: { action: 'tenant.unpause' },
  checkHealth: { action: 'tenant.check' },
  updateTenant: [
    { action: 'tenant.configure', body: () => ({ storeName: 'Lain' }) },
    { action: 'tenant.rent', body: () => ({ paidUntil: '2099-12-31' }) },
  ],
  rehearseTenant: { action: 'tenant.rehearse' },
  upgradeTenant: { action: 'tenant.upgrade', body: () => ({ image: 'new:1' }) },
  createBackup: { action: 'backup.create' },
  pruneBackups: { action: 'backup.prune' },
  verifyBackup: { action: 'backup.verify', id: backup },
  restoreBackup: { action: 'backup.restore', id: backup },
  startDrill: { action: 'backup.drill' },
  restartTenant: { action: 'tenant.restart' },
  moveTenant: { action: 'tenant.move', body: () => ({ runtime: 'pooled' }) },
  drainShard: { action: 'shard.drain', id: shard },
  stopTenant: { action: 'tenant.stop' },
  startTenant: { action: 'tenant.start' },
  cancelOperation: { action: 'operation.cancel', id: () => post('restart') },
  retryOperation: {
    action: 'operation.retry',
    async id() {
      const id = await post('restart');
      await endAll('failed');
      return id;
    },
  },
  suspendTenant: { action: 'tenant.suspend', body: () => ({ reason: 'libur' }) },
  resumeTenant: { action: 'tenant.resume' },
  cloneTenant: {
    action: 'tenant.clone',
    body: () => ({
      store: newSlug(),
      telegramBotToken: plane.newBot().token,
      pakasir: storeRequest({ telegramBotToken: '' }).pakasir,
    }),
  },
  createTenant: { action: 'tenant.create', body: () => storeRequest({ telegramBotToken: plane.newBot().token }) },
  acknowledgeIncident: {
    action: 'incident.acknowledge',
    async id() {
      const { alerts } = plane.services;
      await plane.db.tx((tx) =>
        alerts.raise(tx, { kind: 'backup_failed', key: 'to be acknowledged', severity: 'error', detail: 'none' }),
      );
      return query("SELECT id::text FROM incidents WHERE key = 'to be acknowledged' AND $1 <> ''");
    },
  },
  createApiKey: { action: 'api-key.create', body: () => ({ name: 'another', scope: 'viewer' }) },
  revokeApiKey: {
    action: 'api-key.revoke',
    async id() {
      const { body } = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: 'gone', scope: 'viewer' });
      return body.apiKey.id;
    },
  },
  backUpControlPlane: { action: 'backup.control-plane' },
  removeTenant: { action: 'tenant.remove', query: '?withoutBackup=true' },
  // The schedule begins them by itself, and they hold their stores.
  startDrills: { action: 'backup.drill' },
  createSignInLink: { action: 'session.link' },
  pauseRollout: { action: 'rollout.pause', id: rollout('running') },
  resumeRollout: { action: 'rollout.resume', id: rollout('paused') },
  abortRollout: { action: 'rollout.abort', id: rollout('running') },
  revertRollout: { action: 'rollout.revert', id: rollout('paused') },
  startRollout: {
    action: 'rollout.start',
    body: () => ({ change: { kind: 'restart' }, target: { stores: [tenant.store] } }),
  },
};
/** Of a store itself, whose events have ids of their own; of a browser, which begins and ends a session. */
const OTHERS = ['reportTenantEvents', 'signIn', 'signOut'];

test('every route that changes something is looked at here', () => {
  const changing = Object.entries<Route>(ROUTES).flatMap(([name, { method }]) => (method === 'GET' ? [] : [name]));
  expect(Object.keys(CHANGES).concat(OTHERS).sort()).toEqual(changing.sort());
});

const changes = Object.entries(CHANGES).flatMap(([name, given]) =>
  [given].flat().map((change: Change) => [change.action, name, change] as const),
);
const tools = await backupsAvailable();

describe('a change is made once for its Idempotency-Key, and is in the audit log once, under the key that asked', () => {
  test.each(changes)('%s by %s', async (action, name, { body, id, query: search = '' }) => {
    if (action === 'backup.control-plane' && !tools) return;
    const { method, path, status } = ROUTES[name as keyof typeof ROUTES] as Route;
    const at = path.replace(':store', tenant.store).replace(/:(id|name)/, (await id?.()) ?? '') + search;
    const since = Number((await plane.db.query<{ id: string }>('SELECT max(id) AS id FROM audit_log'))[0]?.id);
    const given = body?.();
    const ask = () =>
      plane.api.call(method, at, given, { 'idempotency-key': `${action} by ${name}`.replaceAll(' ', '-') });
    const first = await ask();
    expect([first.status, first.headers.get('idempotency-replayed')], JSON.stringify(first.body)).toEqual([
      status,
      null,
    ]);
    const again = await ask();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([status, 'true']);
    expect(again.body).toEqual(first.body);
    const entries = await plane.db.query('SELECT action FROM audit_log WHERE id > $1 AND actor = $2', [since, actor]);
    expect(entries).toEqual([{ action }]);
    await endAll('succeeded');
  });
});
