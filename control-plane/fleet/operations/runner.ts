import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError, type ErrorCode, errorMessage } from '../../../kernel/errors.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import { systemFault } from '../../../kernel/system-fault.ts';
import { assertNotAstray, attempt, Interrupted } from './attempt.ts';
import type { OperationEvents } from './events.ts';
import { beginRollback, holdLease, markStarted, resetSteps, updateStep } from './lease-sql.ts';
import { CANCELLED, failedTwice, isRollingBack, rolledBack, stepOf } from './rolling-back.ts';
import { finishOperation, type OperationRow, type StepRow, selectOperation } from './sql.ts';
import type { Outcome, StepResult, Workflows } from './workflow.ts';

export type RunnerDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  workflows: Workflows;
  events: OperationEvents;
  failpoint: Failpoint;
  /** Takes the tenant's secrets out of a text that comes from elsewhere. */
  scrub(operation: OperationRow, text: string): Promise<string>;
  /** In the transaction that records the end. */
  ending(tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void>;
  /** After it. */
  finished(operation: OperationRow, outcome: Outcome): void;
};

export type RunSignals = {
  /** The operation is to be cancelled; a rollback does not listen. */
  cancel: AbortSignal;
  /** The lease is lost or the control plane stops. */
  end: AbortSignal;
};

type Failure = Outcome & { state: 'failed' };

/** A step that was at work each time that the process ended is not begun once more. */
const MOST_PROCESS_ENDS = 2;

function setAside({ name, detail, process_ends: ends }: StepRow): AppError {
  const at = detail ? ` ("${detail}")` : '';
  return new AppError(
    'OPERATION_SET_ASIDE',
    `The control plane's process ended ${ends} times while the step "${name}"${at} was at work, so it is not begun again by itself. Read the log of the control plane and look at what the store's database holds; then retry the operation.`,
  );
}

/**
 * Walks through the steps of an operation that `owner` holds, from the first that is not done, and records each. Where the
 * kind has a rollback, a failure or a cancellation leads into its steps.
 * @throws Interrupted when the lease is lost or the control plane stops; the rows then say where to go on
 */
export async function runOperation(deps: RunnerDeps, id: string, owner: string, signals: RunSignals): Promise<void> {
  const { db, clock, workflows, events, failpoint } = deps;
  const either = AbortSignal.any([signals.cancel, signals.end]);
  let detours = 0;

  async function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return db.tx(async (tx) => {
      if (!(await holdLease(tx, id, owner))) throw new Interrupted('lease-lost');
      const result = await work(tx);
      await events.publish(tx, id);
      return result;
    });
  }
  const record = (step: StepRow) => write((tx) => updateStep(tx, id, step.name, step));

  async function finish(operation: OperationRow, outcome: Outcome, step?: StepRow): Promise<'over'> {
    const { code, message } = outcome.state === 'failed' ? outcome : { code: null, message: null };
    await write(async (tx) => {
      if (step) await updateStep(tx, id, step.name, step);
      await workflows[operation.kind].finalize(tx, operation, outcome);
      await deps.ending(tx, operation, outcome);
      await finishOperation(tx, id, { state: outcome.state, code, message, at: clock.now() });
    });
    deps.finished(operation, outcome);
    return 'over';
  }

  /** Goes on with the rollback, where there is one and something to bring back; else it is over. */
  async function leave(
    operation: OperationRow,
    outcome: Failure | { state: 'cancelled' },
    step?: StepRow,
  ): Promise<'on' | 'over'> {
    const { rollback } = workflows[operation.kind];
    if (isRollingBack(operation)) return finish(operation, failedTwice(operation, outcome), step);
    const begun =
      rollback !== undefined &&
      (await write(async (tx) => {
        if (!(await rollback.needed(tx, operation))) return false;
        if (step) await updateStep(tx, id, step.name, step);
        const reason = outcome.state === 'failed' ? outcome : CANCELLED;
        await beginRollback(
          tx,
          id,
          reason,
          rollback.steps.map(({ name }) => name),
        );
        return true;
      }));
    return begun ? 'on' : finish(operation, outcome, step);
  }

  async function advance(operation: OperationRow, row: StepRow): Promise<'on' | 'over'> {
    const place = `${operation.kind}.${row.name}`;
    const step = stepOf(workflows[operation.kind], row.name);
    if (!step) throw new AppError('INTERNAL', `This version knows no step ${place}.`);
    if (row.process_ends >= MOST_PROCESS_ENDS) {
      const failure = await describe(operation, setAside(row));
      return leave(operation, failure, { ...row, state: 'failed', error: failure.message, finished_at: clock.now() });
    }
    failpoint(`${place}.before`);
    const running: StepRow = { ...row, state: 'running', error: null, started_at: clock.now(), finished_at: null };
    await record(running);
    let result: StepResult;
    try {
      let told: string | undefined;
      const progress = async (detail: string, data?: object) => {
        if (told === detail && data === undefined) return;
        told = detail;
        // A runtime that is waited for says why in its own words.
        running.detail = await deps.scrub(operation, detail);
        running.data = data ?? running.data;
        await record(running);
      };
      result = await attempt(step, { operation, progress }, isRollingBack(operation) ? signals.end : either);
    } catch (error) {
      if (error instanceof Interrupted && error.why !== 'cancelled') throw error;
      if (error instanceof Interrupted) {
        return leave(operation, { state: 'cancelled' }, { ...running, state: 'pending', started_at: null });
      }
      const failure = await describe(operation, error);
      await report(operation, row.name, error, failure);
      return leave(operation, failure, {
        ...running,
        state: 'failed',
        error: failure.message,
        finished_at: clock.now(),
      });
    }
    failpoint(`${place}.after`);
    await finalizeStep(running, result);
    return 'on';
  }

  async function finalizeStep(running: StepRow, result: StepResult): Promise<void> {
    const { backTo } = result;
    const detail = result.detail ?? running.detail;
    const data = result.data ?? running.data;
    await write(async (tx) => {
      const state = result.skipped ? 'skipped' : 'succeeded';
      await updateStep(tx, id, running.name, { ...running, state, detail, data, finished_at: clock.now() });
      if (backTo !== undefined) await resetSteps(tx, id, backTo);
    });
    if (backTo !== undefined) assertNotAstray(++detours, backTo);
  }

  /** In scrubbed words: the error itself may carry a runtime's last log lines. A fault of ours brings its stack. */
  async function report(operation: OperationRow, step: string, error: unknown, failure: Failure) {
    const { code, message: reason } = failure;
    const stack =
      code === 'INTERNAL' && error instanceof Error ? await deps.scrub(operation, error.stack ?? '') : undefined;
    deps.log.warn({ operation: id, store: operation.store, step, code, reason, stack }, 'operation step failed');
  }

  async function describe(operation: OperationRow, error: unknown): Promise<Failure> {
    const fault = systemFault(error) ?? error;
    const code: ErrorCode = fault instanceof AppError ? fault.code : 'INTERNAL';
    return { state: 'failed', code, message: await deps.scrub(operation, errorMessage(fault)) };
  }

  async function next(): Promise<'on' | 'over'> {
    const operation = await selectOperation(db, id);
    if (!operation) throw new Interrupted('lease-lost');
    const workflow = workflows[operation.kind];
    const back = isRollingBack(operation);
    const step = operation.steps.find(
      ({ state }) => state === 'pending' || state === 'running' || (!back && state === 'failed'),
    );
    if (!step) return finish(operation, back ? rolledBack(workflow, operation) : { state: 'succeeded' });
    if (operation.cancel_requested && !back) return leave(operation, { state: 'cancelled' });
    try {
      return await advance(operation, step);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return leave(operation, await describe(operation, error));
    }
  }

  await write((tx) => markStarted(tx, id, clock.now()));
  while ((await next()) === 'on');
}
