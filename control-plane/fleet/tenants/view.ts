import { join } from 'node:path';
import type { Tenant } from '../../api/contract/index.ts';
import { databaseName, runtimeName } from './naming.ts';
import type { TenantRow } from './sql.ts';

/** The store as the API shows it. */
export function toTenant(row: TenantRow, deployments: string): Tenant {
  const { telegram, pakasir } = row.ports;
  return {
    store: row.store,
    gateway: row.gateway,
    storeName: row.store_name,
    state: row.state,
    reason: row.reason,
    desiredState: row.desired_state,
    driver: row.driver,
    runtime: row.runtime,
    shard: row.shard,
    image: row.image,
    imageId: row.image_id,
    mode: row.mode,
    bot: { id: row.bot_id, username: row.bot_username },
    adminIds: row.admin_ids,
    ownerIds: row.owner_ids,
    pakasirSlug: row.pakasir_slug,
    limits: { memoryMb: row.memory_mb, cpus: row.cpus, pids: row.pids },
    ports: telegram && pakasir ? { telegram, pakasir } : null,
    database: databaseName(row.store),
    folder: join(deployments, runtimeName(row.store, row.gateway)),
    generation: row.generation,
    observed: {
      state: row.observed_state,
      generation: row.observed_generation,
      healthy: row.observed_healthy,
      id: row.observed_id,
      at: row.observed_at?.toISOString() ?? null,
    },
    health:
      row.health_at === null
        ? null
        : { at: row.health_at.toISOString(), ok: row.health_ok === true, reason: row.health_reason },
    paidUntil: row.paid_until?.toISOString() ?? null,
    suspendedFor: row.suspended_for,
    paused: row.paused,
    operation: row.operation,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
