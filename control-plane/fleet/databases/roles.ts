import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { scramVerifier } from '../../platform/postgres/scram.ts';
import { markOf, type TenantDatabase } from './ownership.ts';
import { allowLogin, createRole, limitRole, revokeMemberships, selectRole } from './role-sql.ts';

/** The roles of stores. */
export function createRoles(db: Db) {
  return {
    /** Whether the role is this tenant's. Without it, nothing of the name is touched. */
    async isMine({ tenantId, role }: Pick<TenantDatabase, 'tenantId' | 'role'>): Promise<boolean> {
      return (await selectRole(db, role))?.comment === markOf(tenantId);
    },
    /** Makes it, with its limits and its password, and a member of nothing. @throws AppError TENANT_STATE_CONFLICT */
    async ensureRole({ tenantId, role }: Pick<TenantDatabase, 'tenantId' | 'role'>, password: string): Promise<void> {
      const known = await selectRole(db, role);
      if (known && known.comment !== markOf(tenantId)) throw foreign(`role ${role}`);
      if (!known) await db.tx((tx) => createRole(tx, role, markOf(tenantId)));
      await limitRole(db, role);
      await revokeMemberships(db, role);
      await allowLogin(db, role, scramVerifier(password));
    },
  };
}

export function foreign(what: string): AppError {
  return new AppError(
    'TENANT_STATE_CONFLICT',
    `The ${what} exists already and does not belong to this store. Rename or drop it, then retry.`,
  );
}
