import type { ErrorCode } from '../../../kernel/errors.ts';
import type { OperationRow } from './sql.ts';
import type { Outcome, Step, Workflow } from './workflow.ts';

/** Why an operation is rolled back that was cancelled. */
export const CANCELLED = { code: 'CANCELLED', message: 'It was cancelled.' } as const;

/** A running operation knows its fault once it has begun to go back. */
export const isRollingBack = (operation: OperationRow): boolean => operation.error_code !== null;

export function stepOf({ steps, rollback }: Workflow, name: string): Step | undefined {
  return [...steps, ...(rollback?.steps ?? [])].find((step) => step.name === name);
}

/** How an operation ends whose rollback is through. */
export function rolledBack({ rollback }: Workflow, operation: OperationRow): Outcome {
  if (!rollback || operation.error_code === CANCELLED.code) return { state: 'cancelled' };
  return { state: 'failed', code: rollback.code, message: `${rollback.done} ${operation.error_message}` };
}

/** How an operation ends whose rollback failed too. */
export function failedTwice(operation: OperationRow, outcome: Outcome): Outcome {
  if (outcome.state !== 'failed') return outcome;
  const code: ErrorCode = outcome.code;
  const message = `Going back failed: ${outcome.message}\nIt went back because: ${operation.error_message}`;
  return { state: 'failed', code, message };
}
