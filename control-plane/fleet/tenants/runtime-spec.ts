import { join } from 'node:path';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Queryable } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Driver, Endpoint, RuntimeSpec } from '../drivers/index.ts';
import type { TenantDeps } from './deps.ts';
import { composeEnvironment, type Platform } from './environment.ts';
import { runtimeName } from './naming.ts';
import { selectTenant, selectTenantById, type TenantRow } from './sql.ts';

/** What the runtime of a tenant should be. Pure. */
function runtimeSpec(
  tenant: TenantRow,
  secrets: Readonly<Record<string, string>>,
  ports: { telegram: number; pakasir: number },
  deps: { platform: Platform; deployments: string },
): RuntimeSpec {
  const name = runtimeName(tenant.store, tenant.gateway);
  const env = composeEnvironment(tenant, secrets, ports, deps.platform);
  // Undefined is no part of the hash: what ran before there were shards runs on.
  const shard = tenant.shard ?? undefined;
  const limits = { memoryMb: tenant.memory_mb, cpus: tenant.cpus, pids: tenant.pids };
  return {
    store: tenant.store,
    name,
    folder: join(deps.deployments, name),
    image: tenant.image,
    ...(tenant.image_id === null ? {} : { imageId: tenant.image_id }),
    ...(shard === undefined ? {} : { shard }),
    generation: tenant.generation,
    specHash: specHash({ env, image: tenant.image, imageId: tenant.image_id ?? undefined, limits, ports, shard }),
    env,
    ports,
    limits,
  };
}

/** Where the runtime of a tenant is reached; undefined before it has its ports. */
export function endpointOf(driver: Pick<Driver, 'endpoint'>, tenant: TenantRow): Endpoint | undefined {
  const { telegram, pakasir } = tenant.ports;
  if (!telegram || !pakasir) return undefined;
  const name = runtimeName(tenant.store, tenant.gateway);
  return driver.endpoint({ store: tenant.store, name, ports: { telegram, pakasir } });
}

/** Equal for equal content, whatever the order of keys. */
function specHash(content: { env: Record<string, string> } & Record<string, unknown>): string {
  const env = Object.entries(content.env).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256Hex(JSON.stringify({ ...content, env })).slice(0, 32);
}

/** The store of a name that somebody typed. @throws AppError TENANT_NOT_FOUND */
export async function requireTenant(on: Queryable, store: string): Promise<TenantRow> {
  const tenant = await selectTenant(on, store);
  if (!tenant) throw new AppError('TENANT_NOT_FOUND', `There is no store named ${store.slice(0, 32)}.`);
  return tenant;
}

/** @throws AppError TENANT_NOT_FOUND */
export async function loadTenant(deps: Pick<TenantDeps, 'db'>, id: string): Promise<TenantRow> {
  const tenant = await selectTenantById(deps.db, id);
  if (!tenant) throw new AppError('TENANT_NOT_FOUND', 'The store is gone.');
  return tenant;
}

/** The spec of a tenant that has its ports and its place. @throws AppError TENANT_STATE_CONFLICT when it lacks one */
export async function loadSpec(deps: TenantDeps, tenant: TenantRow): Promise<RuntimeSpec> {
  const { telegram, pakasir } = tenant.ports;
  if (!telegram || !pakasir) throw new AppError('TENANT_STATE_CONFLICT', `The store ${tenant.store} has no ports.`);
  if (tenant.runtime === 'pooled' && tenant.shard === null)
    throw new AppError('TENANT_STATE_CONFLICT', `The store ${tenant.store} is in no shard.`);
  const secrets = await deps.secrets.openAll(deps.db, tenant.id);
  return runtimeSpec(tenant, secrets, { telegram, pakasir }, deps);
}
