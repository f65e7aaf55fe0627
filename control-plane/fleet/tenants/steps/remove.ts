import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../../kernel/errors.ts';
import { absent, removeTree } from '../../../../kernel/files.ts';
import type { OperationRow, Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { isWebhook, SECRET_NAMES } from '../environment.ts';
import { isOurFolder } from '../folder.ts';
import { databaseName, removedFolder, removedName, roleName, runtimeName } from '../naming.ts';
import { loadTenant } from '../runtime-spec.ts';
import { deleteTenant } from '../sql.ts';

/** Tells where the store's folder went; null when it was deleted. */
export type BackupsMoved = (tenantId: string, from: string, to: string | null) => Promise<void>;

export function removeRuntime(deps: TenantDeps): Step {
  return {
    name: 'runtime',
    timeoutSeconds: 120,
    async run({ operation }) {
      await deps.driver.remove(operation.store);
      return { detail: 'removed' };
    },
  };
}

/** Nothing reaches the store any more. A Telegram that does not answer does not keep a store from being closed. */
export function removeWebhook(deps: TenantDeps): Step {
  return {
    name: 'webhook',
    timeoutSeconds: 60,
    async run({ operation, signal }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const routed = await deps.ingress.remove(tenant.store);
      if (!isWebhook(tenant.mode, deps.platform.publicUrl)) {
        return routed ? { detail: 'routes removed' } : { skipped: true, detail: 'the store polled' };
      }
      const secrets = await deps.secrets.openAll(deps.db, tenant.id);
      try {
        await deps.telegram.deleteWebhook(secrets[SECRET_NAMES.botToken] ?? '', signal);
        return { detail: 'deleted at Telegram' };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { detail: `left at Telegram (${error.code}); it posts to an address that no longer answers` };
      }
    },
  };
}

/** Renamed aside under the time of the removal, or destroyed with `purge`. */
export function removeDatabase(deps: TenantDeps): Step {
  return {
    name: 'database',
    timeoutSeconds: 120,
    async run({ operation }) {
      const { tenant_id: tenantId, store, created_at: at } = operation;
      const names = { tenantId, role: roleName(store), database: databaseName(store) };
      if (operation.params.purge) {
        return (await deps.databases.drop(names)) ? { detail: 'dropped' } : nothing;
      }
      const aside = { role: removedName(names.role, at), database: removedName(names.database, at) };
      return (await deps.databases.setAside(names, aside)) ? { detail: `kept as ${aside.database}` } : nothing;
    },
  };
}

const nothing = { skipped: true, detail: 'there was none' };

/** bot.env goes in every case; logs and backups are kept aside unless purged. */
export function removeFiles(deps: TenantDeps, moved: BackupsMoved): Step {
  return {
    name: 'files',
    timeoutSeconds: 60,
    async run({ operation }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const name = runtimeName(tenant.store, tenant.gateway);
      const folder = join(deps.deployments, name);
      const secrets = await deps.secrets.openAll(deps.db, tenant.id);
      if (!(await isOurFolder(folder, deps.installation, secrets[SECRET_NAMES.dataKey]))) {
        return { skipped: true, detail: `left alone: ${folder} belongs to another control plane` };
      }
      await rm(join(folder, 'bot.env'), { force: true });
      if (operation.params.purge) {
        await removeTree(folder);
        await moved(tenant.id, folder, null);
        return { detail: 'deleted' };
      }
      const aside = removedFolder(deps.deployments, name, operation.created_at);
      const result = await moveAside(folder, aside);
      await moved(tenant.id, folder, aside);
      return result;
    },
  };
}

async function moveAside(folder: string, aside: string) {
  const there = await stat(folder).catch(absent);
  if (!there) return { detail: 'gone' };
  await mkdir(dirname(aside), { recursive: true });
  await rename(folder, aside);
  return { detail: `kept in ${aside}` };
}

export function releasePorts(deps: TenantDeps): Step {
  return {
    name: 'ports',
    timeoutSeconds: 30,
    async run({ operation }: { operation: OperationRow }) {
      await deps.ports.release(operation.tenant_id);
      return { detail: 'free' };
    },
  };
}

/** The row and its secrets; from now on the name may be used again. */
export function forgetTenant(deps: TenantDeps): Step {
  return {
    name: 'forget',
    timeoutSeconds: 30,
    async run({ operation }) {
      await deleteTenant(deps.db, operation.tenant_id);
      return { detail: 'the name is free' };
    },
  };
}
