import type { Caller } from '../../api/caller.ts';
import type { Operation, Tenant } from '../../api/contract/index.ts';
import { assertOpened, type Changes } from './changes.ts';
import { requireTenant } from './runtime-spec.ts';
import type { TenantServiceDeps } from './service-deps.ts';
import { assertSuspended } from './suspension.ts';

export type Suspending = {
  /** Stops a store that keeps everything. One that is suspended already gets the new reason. */
  suspend(store: string, reason: string | null, caller: Caller): Promise<Operation>;
  /** @throws AppError TENANT_STATE_CONFLICT when it is not suspended, or its rent is over */
  resume(store: string, caller: Caller): Promise<Operation>;
  /** Sets what a store is paid up to; resumes one that stood still for its rent. */
  setRent(
    store: string,
    paidUntil: string | null,
    caller: Caller,
  ): Promise<{ tenant: Tenant; operation: Operation | null }>;
};

export function createSuspending(
  { db, rent }: Pick<TenantServiceDeps, 'db' | 'rent'>,
  { view, mine, schedule }: Changes,
): Suspending {
  return {
    suspend: (store, reason, caller) =>
      db.tx(async (tx) => {
        const row = await mine(tx, store);
        assertOpened(row);
        const params = { suspension: { for: 'operator' as const, reason } };
        const change = { action: 'tenant.suspend', after: { reason }, params };
        const operation = await schedule(tx, row, 'suspend', caller, change);
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    resume: (store, caller) =>
      db.tx(async (tx) => {
        const row = await mine(tx, store);
        assertOpened(row);
        assertSuspended(row);
        rent.assertPaid(row);
        const operation = await schedule(tx, row, 'resume', caller, { action: 'tenant.resume' });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    setRent: (store, paidUntil, caller) =>
      db.tx(async (tx) => {
        const { id } = await requireTenant(tx, store);
        const operation = (await rent.set(tx, id, paidUntil, caller)) ?? null;
        const updated = { tenant: view(await requireTenant(tx, store)), operation };
        await caller.remember(tx, 202, updated);
        return updated;
      }),
  };
}
