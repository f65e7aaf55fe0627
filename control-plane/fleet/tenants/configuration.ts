import type { Db } from '../../../kernel/db.ts';
import { SECRET_TENANT_KEYS } from '../../../tenant-runtime/config.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { composeEnvironment, type Platform } from './environment.ts';
import { requireTenant } from './runtime-spec.ts';

const SECRET_KEYS = new Set<string>(SECRET_TENANT_KEYS);

/** bot.env of a store with its secrets shown as set or unset. @throws AppError TENANT_NOT_FOUND */
export async function shownConfiguration(deps: { db: Db; secrets: Secrets; platform: Platform }, store: string) {
  const tenant = await requireTenant(deps.db, store);
  const secrets = await deps.secrets.openAll(deps.db, tenant.id);
  const { telegram = 0, pakasir = 0 } = tenant.ports;
  // Before its ports are allocated a store has none to show; the schema asks for a number all the same.
  const composed = composeEnvironment(
    tenant,
    secrets,
    { telegram: telegram || 1, pakasir: pakasir || 1 },
    deps.platform,
  );
  const open = Object.entries(composed).filter(([key]) => !SECRET_KEYS.has(key));
  return {
    revision: tenant.revision,
    env: Object.fromEntries(open.sort(([a], [b]) => (a < b ? -1 : 1))),
    secrets: Object.fromEntries(
      SECRET_TENANT_KEYS.map((key) => [key, key in composed ? ('set' as const) : ('unset' as const)]),
    ),
  };
}
