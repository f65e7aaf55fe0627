import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { shortId } from '../../../kernel/ids.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import { FINAL_STATES, type Operation, type OperationEvent, type OperationKind } from '../../api/contract/index.ts';
import type { OperationEvents } from './events.ts';
import { deleteProgressBefore } from './events-sql.ts';
import { assertMay } from './rights.ts';
import {
  finishOperation,
  forgetRollback,
  insertOperation,
  lockOperation,
  type OperationParams,
  type OperationRow,
  requestCancel,
  rescheduleOperation,
  selectNewestId,
  selectOperation,
  selectOperations,
  selectUnfinished,
} from './sql.ts';
import { toOperation } from './view.ts';
import type { Workflows } from './workflow.ts';

export type NewOperationInput = {
  tenantId: string;
  store: string;
  kind: OperationKind;
  params?: OperationParams;
  caller: Caller;
};

export type Operations = {
  /**
   * Writes an operation in the transaction that changes the intent; the worker starts on it after the commit.
   * @throws AppError FORBIDDEN, OPERATION_IN_PROGRESS naming the one that holds the store
   */
  schedule(tx: Tx, input: NewOperationInput): Promise<Operation>;
  /** Takes the tenant's turn for changes until the transaction ends. @throws AppError OPERATION_IN_PROGRESS */
  assertFree(tx: Tx, tenantId: string): Promise<void>;
  list(filter: Parameters<typeof selectOperations>[1]): Promise<OperationRow[]>;
  /** @throws AppError OPERATION_NOT_FOUND */
  show(id: string): Promise<Operation>;
  follow(id: string, after: number | undefined, signal: AbortSignal): AsyncGenerator<OperationEvent>;
  /** @throws AppError FORBIDDEN; OPERATION_STATE_CONFLICT unless it failed or was cancelled and nothing newer happened to the store */
  retry(id: string, caller: Caller): Promise<Operation>;
  /** @throws AppError FORBIDDEN; OPERATION_STATE_CONFLICT when it has ended or can no longer be cancelled */
  cancel(id: string, caller: Caller): Promise<Operation>;
  /** Forgets the progress of operations that ended a week ago; how they ended stays. */
  forgetProgress(): Promise<void>;
};

const KEEP_PROGRESS_MS = 7 * 86_400_000;

export type OperationsDeps = {
  db: Db;
  clock: Clock;
  audit: Audit;
  events: OperationEvents;
  workflows: Workflows;
  /** Wakes the worker for an operation, after the commit. */
  enqueue(tx: Tx, id: string): Promise<void>;
  /** Tells the worker, if it is at this operation now, that it is to be cancelled. */
  interrupt(id: string): void;
};

export function createOperations(deps: OperationsDeps): Operations {
  const { db, clock, audit, events, workflows } = deps;

  async function existing(on: Queryable, id: string): Promise<OperationRow> {
    const row = await selectOperation(on, id);
    if (!row) throw new AppError('OPERATION_NOT_FOUND', 'There is no operation with this id.');
    return row;
  }

  async function assertFree(tx: Tx, tenantId: string): Promise<void> {
    await lockTenant(tx, tenantId);
    const holder = await selectUnfinished(tx, tenantId);
    if (holder) throw held(holder);
  }

  async function enqueue(tx: Tx, row: OperationRow): Promise<Operation> {
    await workflows[row.kind].begin(tx, row);
    await events.publish(tx, row.id);
    await deps.enqueue(tx, row.id);
    return toOperation(row);
  }

  /** One that was rolled back has nothing left to go on from. */
  async function startOver(tx: Tx, row: OperationRow): Promise<void> {
    const { rollback } = workflows[row.kind];
    const names = rollback?.steps.map((step) => step.name) ?? [];
    if (!row.steps.some((step) => names.includes(step.name))) return;
    if (rollback?.final !== undefined) throw conflict(rollback.final);
    await forgetRollback(tx, row.id, names);
  }

  return {
    forgetProgress: () => deleteProgressBefore(db, new Date(clock.now().getTime() - KEEP_PROGRESS_MS)),
    assertFree,
    async schedule(tx, { tenantId, store, kind, params = {}, caller }) {
      assertMay(caller, kind, params);
      await assertFree(tx, tenantId);
      const id = shortId(12);
      const steps = workflows[kind].steps.map((step) => step.name);
      const head = {
        id,
        tenant_id: tenantId,
        store,
        kind,
        params,
        requested_by: caller.actor,
        created_at: clock.now(),
      };
      // The index has the last word, whoever came past the lock.
      if (!(await insertOperation(tx, head, steps))) throw held(await selectUnfinished(tx, tenantId));
      return enqueue(tx, await existing(tx, id));
    },
    list: (filter) => selectOperations(db, filter),
    show: async (id) => toOperation(await existing(db, id)),
    follow: (id, after, signal) => events.follow(id, after, signal),
    retry: (id, caller) =>
      db.tx(async (tx) => {
        const row = await existing(tx, id);
        assertMay(caller, row.kind, row.params);
        await assertFree(tx, row.tenant_id);
        if (row.state !== 'failed' && row.state !== 'cancelled') throw conflict(`It is ${row.state}.`);
        if ((await selectNewestId(tx, row.tenant_id)) !== id) {
          throw conflict('Something newer happened to the store; start a new operation instead.');
        }
        await startOver(tx, row);
        await rescheduleOperation(tx, id);
        const operation = await enqueue(tx, await existing(tx, id));
        await audit.record(tx, caller, {
          action: 'operation.retry',
          target: `tenant:${row.store}`,
          after: { id },
          result: 'accepted',
        });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
    cancel: (id, caller) =>
      db.tx(async (tx) => {
        await lockOperation(tx, id);
        const row = await existing(tx, id);
        assertMay(caller, row.kind, row.params);
        if (FINAL_STATES.includes(row.state)) throw conflict(`It is ${row.state} already.`);
        if (row.state === 'scheduled') {
          await finishOperation(tx, id, { state: 'cancelled', code: null, message: null, at: clock.now() });
          await workflows[row.kind].finalize(tx, row, { state: 'cancelled' });
          await events.publish(tx, id);
        } else if (workflows[row.kind].cancellable) {
          await requestCancel(tx, id);
          tx.afterCommit(() => deps.interrupt(id));
        } else {
          throw conflict(`A ${row.kind} that has begun cannot be undone half-way.`);
        }
        const operation = toOperation(await existing(tx, id));
        await audit.record(tx, caller, {
          action: 'operation.cancel',
          target: `tenant:${row.store}`,
          after: { id },
          result: 'accepted',
        });
        await caller.remember(tx, 202, { operation });
        return operation;
      }),
  };
}

function held(holder: OperationRow | undefined): AppError {
  if (!holder) return new AppError('OPERATION_IN_PROGRESS', 'Another operation held the store. Try again.');
  const { id, kind, state, store } = holder;
  return new AppError(
    'OPERATION_IN_PROGRESS',
    `The operation ${id} (${kind}) holds the store ${store}. Wait for it, or cancel it.`,
    { details: { operation: { id, kind, state } } },
  );
}

function conflict(reason: string): AppError {
  return new AppError('OPERATION_STATE_CONFLICT', `The operation cannot do that now. ${reason}`);
}

/** Changes of one tenant wait for each other until their transactions end. */
async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('tenant:' || $1, 0))", [tenantId]);
}
