import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Operation } from '../../api/contract/index.ts';
import type { Operations } from '../../fleet/operations/index.ts';
import { requireTenant } from '../../fleet/tenants/index.ts';

export type Rehearsals = {
  /** @throws AppError TENANT_NOT_FOUND, TENANT_STATE_CONFLICT unless the store runs, OPERATION_IN_PROGRESS */
  start(store: string, caller: Caller): Promise<Operation>;
};

export function createRehearsals(deps: { db: Db; audit: Audit; operations: Operations }): Rehearsals {
  const { db, audit, operations } = deps;
  return {
    start: (store, caller) =>
      db.tx(async (tx) => {
        const tenant = await requireTenant(tx, store);
        if (tenant.provisioned_at === null || tenant.desired_state !== 'running') {
          const state = tenant.provisioned_at === null ? 'was never opened' : `is ${tenant.desired_state}`;
          throw new AppError(
            'TENANT_STATE_CONFLICT',
            `The store ${store} ${state}; only a store that runs can rehearse.`,
          );
        }
        const operation = await operations.schedule(tx, { tenantId: tenant.id, store, kind: 'rehearse', caller });
        await audit.record(tx, caller, { action: 'tenant.rehearse', target: `tenant:${store}`, result: 'accepted' });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
  };
}
