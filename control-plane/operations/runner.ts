import type { Clock } from '../../kernel/clock.ts';
import type { Db, Tx } from '../../kernel/db.ts';
import { AppError, type ErrorCode, errorMessage } from '../../kernel/errors.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Log } from '../../kernel/log.ts';
import { attempt, Interrupted } from './attempt.ts';
import type { OperationEvents } from './events.ts';
import { holdLease, markStarted, resetSteps, updateStep } from './lease-sql.ts';
import { finishOperation, type OperationRow, type StepRow, selectOperation } from './sql.ts';
import type { Outcome, StepResult, Workflows } from './workflow.ts';

export type RunnerParts = {
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

/** How often one run may go back to an earlier step before it counts as failed. */
const MOST_DETOURS = 5;

/**
 * Walks through the steps of an operation that `owner` holds, from the first that is not done, and records each.
 * @throws Interrupted when the lease is lost or the control plane stops; the rows then say where to go on
 */
export async function runOperation(parts: RunnerParts, id: string, owner: string, signal: AbortSignal): Promise<void> {
  const { db, clock, workflows, events, failpoint } = parts;
  let detours = 0;

  async function write(work: (tx: Tx) => Promise<void>): Promise<void> {
    await db.tx(async (tx) => {
      if (!(await holdLease(tx, id, owner))) throw new Interrupted('lease-lost');
      await work(tx);
      await events.publish(tx, id);
    });
  }
  const record = (step: StepRow) => write((tx) => updateStep(tx, id, step.name, step));

  async function finish(operation: OperationRow, outcome: Outcome, step?: StepRow): Promise<void> {
    const { code, message } = outcome.state === 'failed' ? outcome : { code: null, message: null };
    await write(async (tx) => {
      if (step) await updateStep(tx, id, step.name, step);
      await workflows[operation.kind].settle(tx, operation, outcome);
      await parts.ending(tx, operation, outcome);
      await finishOperation(tx, id, { state: outcome.state, code, message, at: clock.now() });
    });
    parts.finished(operation, outcome);
  }

  async function advance(operation: OperationRow, row: StepRow): Promise<'on' | 'over'> {
    const place = `${operation.kind}.${row.name}`;
    const step = workflows[operation.kind].steps.find((candidate) => candidate.name === row.name);
    if (!step) throw new AppError('INTERNAL', `This version knows no step ${place}.`);
    failpoint(`${place}.before`);
    const running: StepRow = { ...row, state: 'running', error: null, started_at: clock.now(), finished_at: null };
    await record(running);
    let result: StepResult;
    try {
      const progress = async (detail: string) => {
        if (running.detail === detail) return;
        running.detail = detail;
        await record(running);
      };
      result = await attempt(step, { operation, progress }, signal);
    } catch (error) {
      if (error instanceof Interrupted && error.why !== 'cancelled') throw error;
      if (error instanceof Interrupted) {
        await finish(operation, { state: 'cancelled' }, { ...running, state: 'pending', started_at: null });
        return 'over';
      }
      const failure = await describe(operation, error);
      await report(operation, row.name, error, failure);
      await finish(operation, failure, {
        ...running,
        state: 'failed',
        error: failure.message,
        finished_at: clock.now(),
      });
      return 'over';
    }
    failpoint(`${place}.after`);
    await settleStep(running, result);
    return 'on';
  }

  async function settleStep(running: StepRow, result: StepResult): Promise<void> {
    const { backTo } = result;
    const detail = result.detail ?? running.detail;
    await write(async (tx) => {
      const state = result.skipped ? 'skipped' : 'succeeded';
      await updateStep(tx, id, running.name, { ...running, state, detail, finished_at: clock.now() });
      if (backTo !== undefined) await resetSteps(tx, id, backTo);
    });
    if (backTo !== undefined && ++detours > MOST_DETOURS) {
      throw new AppError('INTERNAL', `It had to go back to the step ${backTo} too often.`);
    }
  }

  /** In scrubbed words: the error itself may carry a runtime's last log lines. A fault of ours brings its stack. */
  async function report(operation: OperationRow, step: string, error: unknown, failure: Outcome & { state: 'failed' }) {
    const { code, message: reason } = failure;
    const stack =
      code === 'INTERNAL' && error instanceof Error ? await parts.scrub(operation, error.stack ?? '') : undefined;
    parts.log.warn({ operation: id, store: operation.store, step, code, reason, stack }, 'operation step failed');
  }

  async function describe(operation: OperationRow, error: unknown): Promise<Outcome & { state: 'failed' }> {
    const code: ErrorCode = error instanceof AppError ? error.code : 'INTERNAL';
    return { state: 'failed', code, message: await parts.scrub(operation, errorMessage(error)) };
  }

  await write((tx) => markStarted(tx, id, clock.now()));
  for (;;) {
    const operation = await selectOperation(db, id);
    if (!operation) throw new Interrupted('lease-lost');
    const next = operation.steps.find((step) => step.state !== 'succeeded' && step.state !== 'skipped');
    if (!next) return finish(operation, { state: 'succeeded' });
    if (operation.cancel_requested) return finish(operation, { state: 'cancelled' });
    try {
      if ((await advance(operation, next)) === 'over') return;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return finish(operation, await describe(operation, error));
    }
  }
}
