import type { Tx } from '../../../kernel/db.ts';
import type { OperationRow } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { SECRET_NAMES } from './environment.ts';
import { deleteSnapshot, insertSnapshot, type Snapshot, selectSnapshot } from './snapshot-sql.ts';
import { selectTenantById, type TenantIntent, type TenantRow, updateIntent } from './sql.ts';

/** The intent and the secrets of a store as they are now. */
export async function takeSnapshot(deps: Pick<TenantDeps, 'secrets'>, tx: Tx, tenant: TenantRow): Promise<Snapshot> {
  return { intent: intentOf(tenant), sealed: await deps.secrets.sealedAll(tx, tenant.id) };
}

/** Keeps what was, for as long as the operation that changes it runs. */
export async function keepSnapshot(
  deps: Pick<TenantDeps, 'clock'>,
  tx: Tx,
  operation: { id: string; tenantId: string },
  snapshot: Snapshot,
): Promise<void> {
  const { id: operationId, tenantId } = operation;
  await insertSnapshot(tx, { operationId, tenantId, snapshot, at: deps.clock.now() });
}

/**
 * Makes what was kept the intent again, as a new revision, and forgets it: a second call finds nothing to do. A bot that
 * came with the change is let go of like any former one.
 * @returns false when nothing was kept, or it was put back already
 */
export async function putBack(
  deps: Pick<TenantDeps, 'clock' | 'secrets'>,
  tx: Tx,
  operation: OperationRow,
): Promise<boolean> {
  const snapshot = await selectSnapshot(tx, operation.id);
  const tenant = snapshot && (await selectTenantById(tx, operation.tenant_id));
  if (!snapshot || !tenant) return false;
  const { secrets, clock } = deps;
  const changed = await secrets.openAll(tx, tenant.id);
  await updateIntent(tx, tenant.id, snapshot.intent, clock.now());
  await secrets.putBack(tx, tenant.id, snapshot.sealed);
  const token = changed[SECRET_NAMES.botToken];
  if (tenant.bot_id !== snapshot.intent.bot_id && token) {
    await secrets.put(tx, tenant.id, SECRET_NAMES.formerBotToken, token);
  }
  await deleteSnapshot(tx, operation.id);
  return true;
}

function intentOf(tenant: TenantRow): TenantIntent {
  const { store, gateway, store_name, image, image_id, mode, admin_ids, owner_ids, pakasir_slug, env } = tenant;
  const { memory_mb, cpus, pids, bot_id, bot_username, runtime, shard } = tenant;
  return {
    store,
    gateway,
    store_name,
    image,
    image_id,
    mode,
    admin_ids,
    owner_ids,
    pakasir_slug,
    memory_mb,
    cpus,
    pids,
    env,
    bot_id,
    bot_username,
    runtime,
    shard,
  };
}
