import type { Tx } from '../../../kernel/db.ts';
import type { ErrorCode } from '../../../kernel/errors.ts';
import type { OperationKind } from '../../api/contract/index.ts';
import type { OperationRow } from './sql.ts';

/** What every step is run with. */
export type Running = {
  /** Aborts when the deadline passes, the operation is cancelled, its lease is lost or the control plane stops. */
  signal: AbortSignal;
  /** Shows what the step waits for, in a few words; never a secret. `data` is there when the step runs again after a crash. */
  progress(detail: string, data?: object): Promise<void>;
};

export type StepContext = Running & { operation: OperationRow };

export type StepResult = {
  /** What was done, in a few words. */
  detail?: string;
  /** What was found, for programs. */
  data?: object;
  /** There was nothing to do. */
  skipped?: boolean;
  /** Name of an earlier step to go on from, because what it made was lost. */
  backTo?: string;
};

/**
 * A piece of an operation, or of other work that is done step by step. Check-then-act: after a crash anywhere inside, it runs
 * again from its start and must come to the same end.
 */
export type Step<C extends Running = StepContext> = {
  name: string;
  /** Deadline in seconds. */
  timeoutSeconds: number;
  run(context: C): Promise<StepResult>;
};

/** The same step under another name: names are unique within an operation. */
export function withPrefix<C extends Running>(prefix: string, step: Step<C>): Step<C> {
  return {
    ...step,
    name: `${prefix}${step.name}`,
    async run(context) {
      const result = await step.run(context);
      return result.backTo === undefined ? result : { ...result, backTo: `${prefix}${result.backTo}` };
    },
  };
}

export type Outcome =
  | { state: 'succeeded' }
  | { state: 'failed'; code: ErrorCode; message: string }
  | { state: 'cancelled' };

/** How an operation goes back to what was. It fails all the same, or is cancelled, but the store serves again. */
export type Rollback = {
  /** Their names differ from those of the operation's own steps. They cannot be cancelled. */
  steps: readonly Step[];
  /** Whether anything was changed that has to be brought back. */
  needed(tx: Tx, operation: OperationRow): Promise<boolean>;
  /** Of an operation that failed and was rolled back whole. */
  code: ErrorCode;
  /** What is said of it after the reason. */
  done: string;
  /** Why such an operation cannot be retried; undefined when a retry makes sense, which begins at the first step. */
  final?: string;
};

export type Workflow = {
  steps: readonly Step[];
  /** Undefined for a kind that stays where it failed, to be retried from there. */
  rollback?: Rollback;
  /** False when a half-done operation of this kind has no sane state to be left in. */
  cancellable: boolean;
  /** Shows on the tenant's row that the operation waits or runs, in the transaction that schedules it. */
  begin(tx: Tx, operation: OperationRow): Promise<void>;
  /** Brings the tenant's row in line with the end of the operation, in the transaction that records it. */
  finalize(tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void>;
};

export type Workflows = Readonly<Record<OperationKind, Workflow>>;
