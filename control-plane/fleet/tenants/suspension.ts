import type { Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { OperationRow } from '../operations/index.ts';
import { type TenantRow, updateDesiredState } from './sql.ts';
import { updateSuspension } from './state-sql.ts';

/** A store that is suspended again goes back to what it was before the first time. */
export async function beginSuspension(tx: Tx, tenant: TenantRow, { params }: OperationRow): Promise<void> {
  await updateSuspension(tx, tenant.id, {
    for: params.suspension?.for ?? 'operator',
    reason: params.suspension?.reason ?? null,
    resumesTo: tenant.resumes_to ?? (tenant.desired_state === 'stopped' ? 'stopped' : 'running'),
  });
}

/** The store goes back to what it was; one that the operator had stopped stays so. A retry finds this done. */
export async function endSuspension(tx: Tx, tenant: TenantRow, at: Date): Promise<void> {
  if (tenant.desired_state !== 'suspended') return;
  await updateDesiredState(tx, tenant.id, tenant.resumes_to ?? 'running', at);
  await updateSuspension(tx, tenant.id, { for: null, reason: null, resumesTo: null });
}

/** What a suspended store must not be woken by. */
export function assertNotSuspended({ store, desired_state: desired, suspended_reason: reason }: TenantRow): void {
  if (desired !== 'suspended') return;
  const why = reason === null ? '' : ` (${reason})`;
  throw new AppError('TENANT_STATE_CONFLICT', `The store ${store} is suspended${why}. Resume it instead.`);
}

export function assertSuspended({ store, desired_state: desired }: TenantRow): void {
  if (desired === 'suspended') return;
  throw new AppError('TENANT_STATE_CONFLICT', `The store ${store} is not suspended.`);
}
