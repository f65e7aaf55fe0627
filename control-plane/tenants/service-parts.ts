import type { Audit } from '../audit/index.ts';
import type { Operations } from '../operations/index.ts';
import type { Rent } from '../rent/index.ts';
import type { TenantParts } from './parts.ts';

/** What the changes of tenants are made of. */
export type TenantServiceParts = TenantParts & {
  operations: Operations;
  audit: Audit;
  rent: Rent;
  /** Image of stores that name none. */
  image: string;
  /** Lets the reconciler look at a store now. */
  nudge(store: string): void;
  /** Owners of stores that name none. */
  ownerIds: readonly number[];
};
