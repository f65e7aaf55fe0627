import { AppError } from '../../../../kernel/errors.ts';
import type { Step } from '../../operations/index.ts';
import { SECRET_NAMES } from '../environment.ts';
import { databaseName, roleName } from '../naming.ts';
import type { TenantParts } from '../parts.ts';
import { loadSpec, loadTenant } from '../runtime-spec.ts';

/** Asks Telegram whose token it is: it may have been revoked since the request was accepted. */
export function checkBot(parts: TenantParts): Step {
  return {
    name: 'check-bot',
    timeoutSeconds: 30,
    async run({ operation, signal }) {
      const tenant = await loadTenant(parts, operation.tenant_id);
      const secrets = await parts.secrets.openAll(parts.db, tenant.id);
      const bot = await parts.telegram.getMe(secrets[SECRET_NAMES.botToken] ?? '', signal);
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

export function allocatePorts(parts: TenantParts): Step {
  return {
    name: 'ports',
    timeoutSeconds: 60,
    async run({ operation }) {
      const { telegram, pakasir } = await parts.ports.ensure(operation.tenant_id);
      return { detail: `${telegram} and ${pakasir}` };
    },
  };
}

/** Bytes of a database with the tables of a store, and a catalogue in them. */
const NEW_DATABASE = 32_000_000;

export function makeDatabase(parts: TenantParts): Step {
  return {
    name: 'database',
    timeoutSeconds: 120,
    async run({ operation }) {
      const tenant = await loadTenant(parts, operation.tenant_id);
      const secrets = await parts.secrets.openAll(parts.db, tenant.id);
      const names = { tenantId: tenant.id, role: roleName(tenant.store), database: databaseName(tenant.store) };
      if (!(await parts.databases.exists(names))) await parts.databases.assertRoom(NEW_DATABASE, 'A new store');
      await parts.databases.ensure(names, secrets[SECRET_NAMES.databasePassword] ?? '');
      return { detail: names.database };
    },
  };
}

export function writeFiles(parts: TenantParts): Step {
  return {
    name: 'files',
    timeoutSeconds: 30,
    async run({ operation }) {
      const tenant = await loadTenant(parts, operation.tenant_id);
      const spec = await loadSpec(parts, tenant);
      await parts.writeDeployment(spec);
      return { detail: spec.name };
    },
  };
}
