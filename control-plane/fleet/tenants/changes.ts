import type { Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Operation, OperationKind } from '../../api/contract/index.ts';
import { type OperationParams, type Operations, wayBack } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { requireTenant } from './runtime-spec.ts';
import type { TenantRow } from './sql.ts';
import { toTenant } from './view.ts';

export type Change = { action: string; before?: unknown; after?: unknown; params?: OperationParams };

/** What every change of a store begins with: its row, its turn, its operation. */
export function createChanges(deps: Pick<TenantDeps, 'deployments'> & { operations: Operations; audit: Audit }) {
  const { operations, audit } = deps;
  const view = (row: TenantRow) => toTenant(row, deps.deployments);

  /** The row under the tenant's lock, free of operations. */
  async function mine(tx: Tx, store: string): Promise<TenantRow> {
    await operations.assertFree(tx, (await requireTenant(tx, store)).id);
    return requireTenant(tx, store);
  }

  async function schedule(
    tx: Tx,
    row: TenantRow,
    kind: OperationKind,
    caller: Caller,
    change: Change,
  ): Promise<Operation> {
    const operation = await operations.schedule(tx, {
      tenantId: row.id,
      store: row.store,
      kind,
      params: {
        ...change.params,
        ...wayBack(row),
      },
      caller,
    });
    const { action, before, after } = change;
    await audit.record(tx, caller, { action, target: `tenant:${row.store}`, before, after, result: 'accepted' });
    return operation;
  }

  return { view, mine, schedule };
}

export type Changes = ReturnType<typeof createChanges>;

/** @throws AppError TENANT_STATE_CONFLICT before the store was opened, or while it is being closed */
export function assertOpened(row: TenantRow): void {
  if (row.desired_state === 'removed') {
    throw new AppError('TENANT_STATE_CONFLICT', `The store ${row.store} is being closed. Retry its removal.`);
  }
  if (row.provisioned_at === null) {
    throw new AppError(
      'TENANT_STATE_CONFLICT',
      `The store ${row.store} was never opened. Retry its provision, or remove it.`,
    );
  }
}
