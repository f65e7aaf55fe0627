import type { Tx } from '../../../kernel/db.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Operation } from '../../api/contract/index.ts';
import type { Operations } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';

/** What the changes of tenants ask of the rent. */
export type RentPolicy = {
  /**
   * Sets what a store is paid up to: a moment, the end of a day such as 2026-12-31 where the store is, or null for no rent.
   * @returns the operation that resumes a store that was suspended for its rent; undefined when there is none yet
   */
  set(tx: Tx, tenantId: string, paidUntil: string | null, caller: Caller): Promise<Operation | undefined>;
  /** The store's time zone may have changed. */
  recalculate(tx: Tx, tenantId: string): Promise<void>;
  /** @throws AppError TENANT_STATE_CONFLICT when the rent and its grace are over */
  assertPaid(tenant: { store: string; paid_until: Date | null }): void;
};

/** What the changes of tenants are made of. */
export type TenantServiceDeps = TenantDeps & {
  operations: Operations;
  audit: Audit;
  rent: RentPolicy;
  /** Image of stores that name none. */
  image: string;
  /** Lets the reconciler probe a store now. */
  probeSoon(store: string): void;
  /** Owners of stores that name none. */
  ownerIds: readonly number[];
};
