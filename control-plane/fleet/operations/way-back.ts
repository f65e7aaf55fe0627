import type { TenantState } from '../../api/contract/index.ts';
import type { OperationParams } from './sql.ts';

type Suspension = NonNullable<OperationParams['previousSuspension']>;

/** What a store is before an operation changes it: one that is cancelled goes back to it. */
export function wayBack(row: {
  desired_state: NonNullable<OperationParams['previousDesiredState']>;
  state: TenantState;
  suspended_for: Suspension['for'];
  suspended_reason: string | null;
  resumes_to: Suspension['resumesTo'];
}): OperationParams {
  return {
    previousDesiredState: row.desired_state,
    previousState: row.state,
    previousSuspension: { for: row.suspended_for, reason: row.suspended_reason, resumesTo: row.resumes_to },
  };
}
