import { AppError } from '../../../../kernel/errors.ts';
import type { Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { SECRET_NAMES } from '../environment.ts';
import { databaseName, roleName } from '../naming.ts';
import { loadSpec, loadTenant } from '../runtime-spec.ts';

/** Asks Telegram whose token it is: it may have been revoked since the request was accepted. */
export function checkBot(deps: TenantDeps): Step {
  return {
    name: 'check-bot',
    timeoutSeconds: 30,
    async run({ operation, signal }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const secrets = await deps.secrets.openAll(deps.db, tenant.id);
      const bot = await deps.telegram.getMe(secrets[SECRET_NAMES.botToken] ?? '', signal);
      if (bot.id !== tenant.bot_id) {
        throw new AppError(
          'TELEGRAM_TOKEN_REJECTED',
          'The token belongs to another bot than when the store was opened.',
        );
      }
      return { detail: `@${bot.username}` };
    },
  };
}

export function allocatePorts(deps: TenantDeps): Step {
  return {
    name: 'ports',
    timeoutSeconds: 60,
    async run({ operation }) {
      const { telegram, pakasir } = await deps.ports.ensure(operation.tenant_id);
      return { detail: `${telegram} and ${pakasir}` };
    },
  };
}

/** Bytes of a database with the tables of a store, and a catalogue in them. */
const NEW_DATABASE = 32_000_000;

export function makeDatabase(deps: TenantDeps): Step {
  return {
    name: 'database',
    timeoutSeconds: 120,
    async run({ operation }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const secrets = await deps.secrets.openAll(deps.db, tenant.id);
      const names = { tenantId: tenant.id, role: roleName(tenant.store), database: databaseName(tenant.store) };
      if (!(await deps.databases.exists(names))) await deps.databases.assertRoom(NEW_DATABASE, 'A new store');
      await deps.databases.ensure(names, secrets[SECRET_NAMES.databasePassword] ?? '');
      return { detail: names.database };
    },
  };
}

export function writeFiles(deps: TenantDeps): Step {
  return {
    name: 'files',
    timeoutSeconds: 30,
    async run({ operation }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const spec = await loadSpec(deps, tenant);
      await deps.writeDeployment(spec);
      return { detail: spec.name };
    },
  };
}
