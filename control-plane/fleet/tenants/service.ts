import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../api/caller.ts';
import type {
  CloneTenantRequest,
  CreateTenantRequest,
  Operation,
  Tenant,
  TenantFacets,
  UpdateTenantRequest,
  UpgradeTenantRequest,
} from '../../api/contract/index.ts';
import { scrub } from '../../platform/secrets/index.ts';
import type { LogRequest } from '../drivers/index.ts';
import { assertMay } from '../operations/index.ts';
import { auditedChange, changedIntent, changedSecrets } from './changed-intent.ts';
import { assertOpened, createChanges } from './changes.ts';
import { SECRET_NAMES } from './environment.ts';
import { assertHostsStores, assertMode, assertRunnable, assertUnchangeable, partEnvironment } from './input.ts';
import { listTenants, type TenantListQuery } from './list.ts';
import { selectFacets, type TenantFilter } from './list-sql.ts';
import { createMoving, type Moving } from './moving.ts';
import { cloned, conflictOf, newSecrets, newTenant } from './opening.ts';
import { requireTenant } from './runtime-spec.ts';
import type { TenantServiceDeps } from './service-deps.ts';
import { keepSnapshot, takeSnapshot } from './snapshots.ts';
import { insertTenant, selectSlugs, selectTenant, updateIntent, updatePaused } from './sql.ts';
import { createSuspending, type Suspending } from './suspending.ts';
import { assertNotSuspended } from './suspension.ts';

export type Tenants = Pick<Suspending, 'suspend' | 'resume'> &
  Moving & {
    /** @throws AppError TENANT_EXISTS, TELEGRAM_TOKEN_REJECTED, TELEGRAM_BOT_IN_USE, BAD_REQUEST */
    create(input: CreateTenantRequest, caller: Caller): Promise<{ tenant: Tenant; operation: Operation }>;
    /** Opens a store with the catalogue and the settings of another; nothing secret of it, and nobody's orders. */
    clone(store: string, input: CloneTenantRequest, caller: Caller): Promise<{ tenant: Tenant; operation: Operation }>;
    /** One page, and the cursor of the next. @throws AppError BAD_REQUEST for a cursor of another order */
    list(query: TenantListQuery): Promise<{ tenants: Tenant[]; nextCursor: string | null }>;
    facets(filter: TenantFilter): Promise<TenantFacets>;
    slugs(): Promise<string[]>;
    /** @throws AppError TENANT_NOT_FOUND */
    show(store: string): Promise<Tenant>;
    /**
     * A new revision of the configuration, and the operation that brings the runtime to it. The rent is no part of that: a
     * change of it alone starts no operation, unless it resumes the store.
     */
    update(
      store: string,
      input: UpdateTenantRequest,
      caller: Caller,
    ): Promise<{ tenant: Tenant; operation: Operation | null }>;
    remove(store: string, how: { purge: boolean; withoutBackup: boolean }, caller: Caller): Promise<Operation>;
    /** @throws AppError TENANT_STATE_CONFLICT before the store was opened, or while it is being closed */
    run(store: string, kind: 'start' | 'stop' | 'restart', caller: Caller): Promise<Operation>;
    /** Brings a store to an image, the platform's own unless one is named. @throws AppError TENANT_STATE_CONFLICT as `run` */
    upgrade(store: string, input: UpgradeTenantRequest, caller: Caller): Promise<Operation>;
    setPaused(store: string, paused: boolean, caller: Caller): Promise<Tenant>;
    /** Lines with their newline, and without any secret of the store. */
    logs(store: string, request: LogRequest): AsyncIterable<string>;
  };

export function createTenants(deps: TenantServiceDeps): Tenants {
  const { db, clock, audit, rent, telegram, platform, secrets } = deps;
  const changes = createChanges(deps);
  const { view, mine, schedule } = changes;
  const suspending = createSuspending(deps, changes);

  /** Whose copy a new store is, if it is one. */
  type Source = { id: string; store: string } | undefined;

  async function insert(
    input: CreateTenantRequest,
    bot: { id: number; username: string },
    caller: Caller,
    source: Source,
  ) {
    const env = partEnvironment(input.env ?? {});
    const { image, ownerIds } = deps;
    const row = newTenant(input, { bot, env, platform, image, ownerIds, at: clock.now() });
    const sealed = newSecrets(input, env);
    assertRunnable(row, sealed, platform);
    return db.tx(async (tx) => {
      await insertTenant(tx, row);
      for (const [name, value] of Object.entries(sealed)) await secrets.put(tx, row.id, name, value);
      const { store_name, mode, bot_id, bot_username } = row;
      const operation = await schedule(tx, await requireTenant(tx, row.store), source ? 'clone' : 'provision', caller, {
        action: source ? 'tenant.clone' : 'tenant.create',
        after: { store_name, mode, bot_id, bot_username, image: row.image, ...(source ? { of: source.store } : {}) },
        ...(source ? { params: { cloneOf: source.id } } : {}),
      });
      const accepted = { tenant: view(await requireTenant(tx, row.store)), operation };
      await caller.remember(tx, 202, accepted);
      return accepted;
    });
  }

  async function open(input: CreateTenantRequest, caller: Caller, source?: Source) {
    assertMode(input.mode, platform.publicUrl);
    assertHostsStores(input.runtime, deps.driver);
    partEnvironment(input.env ?? {});
    if (await selectTenant(db, input.store)) {
      throw new AppError('TENANT_EXISTS', `There is a store named ${input.store} already.`);
    }
    const bot = await telegram.getMe(input.telegramBotToken);
    return insert(input, bot, caller, source).catch((error) => {
      throw conflictOf(error, input.store);
    });
  }

  return {
    create: (input, caller) => open(input, caller),
    async clone(store, input, caller) {
      const source = await requireTenant(db, store);
      assertOpened(source);
      return open(cloned(source, input), caller, source);
    },
    async list(query) {
      const { rows, nextCursor } = await listTenants(db, query, clock.now());
      return { tenants: rows.map(view), nextCursor };
    },
    facets: (filter) => selectFacets(db, filter, clock.now()),
    slugs: () => selectSlugs(db),
    show: async (store) => view(await requireTenant(db, store)),
    async update(store, input, caller) {
      const { paidUntil, ...configuration } = input;
      if (Object.keys(configuration).length === 0 && paidUntil !== undefined)
        return suspending.setRent(store, paidUntil, caller);
      const env = partEnvironment(input.env ?? {});
      assertUnchangeable(input.env ?? {});
      await requireTenant(db, store);
      const bot = input.telegramBotToken === undefined ? undefined : await telegram.getMe(input.telegramBotToken);
      const update = db.tx(async (tx) => {
        const row = await mine(tx, store);
        assertOpened(row);
        const after = changedIntent(row, input, env, bot);
        assertMode(after.mode, platform.publicUrl);
        const known = await secrets.openAll(tx, row.id);
        const snapshot = await takeSnapshot(deps, tx, row);
        const before = { botId: row.bot_id, botToken: known[SECRET_NAMES.botToken] };
        const changed = changedSecrets(input, env, before, bot);
        for (const [name, value] of Object.entries(changed)) await secrets.put(tx, row.id, name, value);
        assertRunnable(after, await secrets.openAll(tx, row.id), platform);
        await updateIntent(tx, row.id, after, clock.now());
        const change = { action: 'tenant.configure', ...auditedChange(row, after, changed) };
        const operation = await schedule(tx, row, 'configure', caller, change);
        // What did not serve before is no place to go back to.
        if (row.state === 'running') await keepSnapshot(deps, tx, { id: operation.id, tenantId: row.id }, snapshot);
        if (paidUntil !== undefined) await rent.set(tx, row.id, paidUntil, caller);
        else await rent.recalculate(tx, row.id);
        const updated = { tenant: view(await requireTenant(tx, store)), operation };
        await caller.remember(tx, 202, updated);
        return updated;
      });
      return update.catch((error) => {
        throw conflictOf(error, store);
      });
    },
    remove: (store, how, caller) =>
      db.tx(async (tx) => {
        // Before it is told which stores there are.
        assertMay(caller, 'remove', how);
        const row = await mine(tx, store);
        const change = { action: 'tenant.remove', after: how, params: how };
        const operation = await schedule(tx, row, 'remove', caller, change);
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    run: (store, kind, caller) =>
      db.tx(async (tx) => {
        const row = await mine(tx, store);
        assertOpened(row);
        assertNotSuspended(row);
        const operation = await schedule(tx, row, kind, caller, { action: `tenant.${kind}` });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    upgrade: (store, { image = deps.image, withoutBackup = false }, caller) =>
      db.tx(async (tx) => {
        const row = await mine(tx, store);
        assertOpened(row);
        const wish = withoutBackup ? { image, withoutBackup } : { image };
        const change = { action: 'tenant.upgrade', before: { image: row.image }, after: wish, params: wish };
        const operation = await schedule(tx, row, 'upgrade', caller, change);
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    ...suspending,
    ...createMoving(deps, changes),
    setPaused: (store, paused, caller) =>
      db.tx(async (tx) => {
        const row = await requireTenant(tx, store);
        await updatePaused(tx, row.id, paused, clock.now());
        const action = paused ? 'tenant.pause' : 'tenant.unpause';
        await audit.record(tx, caller, { action, target: `tenant:${store}`, result: 'done' });
        const tenant = view(await requireTenant(tx, store));
        await caller.remember(tx, 200, tenant);
        tx.afterCommit(() => deps.probeSoon(store));
        return tenant;
      }),
    async *logs(store, request) {
      const row = await requireTenant(db, store);
      const values = Object.values(await secrets.openAll(db, row.id));
      for await (const line of deps.driver.logs(row.store, request)) yield `${scrub(line, values)}\n`;
    },
  };
}
