import { AppError } from '../../../../kernel/errors.ts';
import {
  CLONE_BOUNDS,
  copyShop,
  migrateStoreDatabase,
  withStoreDatabase,
} from '../../../../tenant-runtime/database/index.ts';
import { carryPhotos } from '../../cloning/carry-photos.ts';
import type { OperationRow, Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { SECRET_NAMES } from '../environment.ts';
import { databaseName, roleName } from '../naming.ts';
import { loadTenant } from '../runtime-spec.ts';
import { selectTenantById, type TenantRow } from '../sql.ts';

const ASKER = { asker: 'clone', bounds: CLONE_BOUNDS };
const MOST_NAMED = 10;

/** A store, its secrets and the address of its database as this process reaches it. */
async function opened(deps: TenantDeps, tenant: TenantRow) {
  const secrets = await deps.secrets.openAll(deps.db, tenant.id);
  const url = new URL(deps.clusterUrl);
  url.username = roleName(tenant.store);
  url.password = encodeURIComponent(secrets[SECRET_NAMES.databasePassword] ?? '');
  url.pathname = `/${databaseName(tenant.store)}`;
  return { tenant, url: url.toString(), token: secrets[SECRET_NAMES.botToken] ?? '' };
}

async function both(deps: TenantDeps, { tenant_id: id, params }: OperationRow) {
  const source = params.cloneOf && (await selectTenantById(deps.db, params.cloneOf));
  if (!source) throw new AppError('TENANT_NOT_FOUND', 'The store to clone is gone. Remove this one.');
  return { from: await opened(deps, source), to: await opened(deps, await loadTenant(deps, id)) };
}

/** The tables stand before the runtime starts: the first customer already finds the shop furnished. */
export function makeTables(deps: TenantDeps): Step {
  return {
    name: 'tables',
    timeoutSeconds: 120,
    async run({ operation }) {
      const { url } = await opened(deps, await loadTenant(deps, operation.tenant_id));
      const made = await migrateStoreDatabase(url);
      return { detail: made.length > 0 ? `${made.length} migrations` : 'there' };
    },
  };
}

export function copyCatalogue(deps: TenantDeps): Step {
  return {
    name: 'copy',
    timeoutSeconds: 120,
    async run({ operation }) {
      const { from, to } = await both(deps, operation);
      const by = to.tenant.admin_ids[0] ?? 0;
      const copied = await withStoreDatabase(from.url, ASKER, (source) =>
        withStoreDatabase(to.url, ASKER, (target) => copyShop(source, target, by)),
      );
      if (!copied) return { skipped: true, detail: 'it is there' };
      return {
        detail: Object.entries(copied)
          .map(([table, count]) => `${count} ${table}`)
          .join(', '),
      };
    },
  };
}

/** The last step: the shop is open, and what cannot be carried is said. */
export function copyPhotos(deps: TenantDeps): Step {
  return {
    name: 'photos',
    timeoutSeconds: 1800,
    async run({ operation, signal, progress }) {
      const { from, to } = await both(deps, operation);
      const chats = [...new Set([...to.tenant.admin_ids, ...to.tenant.owner_ids])];
      const { carried, left } = await withStoreDatabase(from.url, ASKER, (source) =>
        withStoreDatabase(to.url, ASKER, (target) =>
          carryPhotos(
            { telegram: deps.telegram, signal, progress },
            { db: source, token: from.token },
            { db: target, token: to.token, chats },
          ),
        ),
      );
      if (carried + left.length === 0) return { skipped: true, detail: 'there are none' };
      if (left.length === 0) return { detail: `${carried} carried over` };
      const named = left.slice(0, MOST_NAMED).join(', ') + (left.length > MOST_NAMED ? ', …' : '');
      return { detail: `${carried} carried over; to be set anew: ${left.length} (${named})` };
    },
  };
}
