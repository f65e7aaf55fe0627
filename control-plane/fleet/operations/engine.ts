import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import type { Mutex } from '../../../kernel/mutex.ts';
import { Interrupted } from './attempt.ts';
import { claimNext, releaseAllLeases, releaseLease, renewLease } from './lease-sql.ts';
import { type RunnerDeps, runOperation } from './runner.ts';
import { selectOperation } from './sql.ts';

export type Engine = {
  /** Takes up what an earlier control plane left unfinished, then whatever is scheduled. */
  task: BackgroundTask;
  /** Cancels the operation if it is at work here. */
  interrupt(id: string): void;
  /** Breaks off at the next safe point; the rows say where the next start goes on. */
  stop(): Promise<void>;
};

const LEASE_SECONDS = 20;
const HEARTBEAT_MS = 5_000;
/** The safety net for an activation that was lost. */
const SWEEP_MS = 10_000;
/** Operations that run side by side: most of their time is waiting. */
const MOST_AT_ONCE = 8;

export type EngineDeps = RunnerDeps & {
  /** By tenant id: an operation and the reconciler never work on one store at the same time. */
  locks: Mutex<string>;
  /** The store is free again. */
  released(store: string): void;
  /** Wakes the task `operations`. */
  activate: Activate;
};

/** Two, since a rollback heeds the end of the control plane but no cancellation. */
type Controllers = { cancel: AbortController; end: AbortController };

export function createEngine(deps: EngineDeps): Engine {
  const { db, log, locks } = deps;
  const owner = randomSecret(9);
  const active = new Map<string, Controllers>();
  const runs = new Set<Promise<void>>();
  let tookOver = false;
  let stopping = false;

  /** Starts operations until none waits or all places are taken. */
  async function claim(): Promise<void> {
    if (!tookOver) {
      const left = await releaseAllLeases(db);
      tookOver = true;
      if (left > 0) log.info({ operations: left }, 'going on with operations of an earlier control plane');
    }
    while (!stopping && runs.size < MOST_AT_ONCE) {
      const id = await claimNext(db, owner, LEASE_SECONDS);
      if (id === undefined) return;
      if (stopping) return giveBack(id);
      const run = hold(id).finally(() => {
        runs.delete(run);
        deps.activate();
      });
      runs.add(run);
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    for (const { end } of active.values()) end.abort(new Interrupted('stopping'));
    await Promise.all(runs);
  }

  async function hold(id: string): Promise<void> {
    const controllers = { cancel: new AbortController(), end: new AbortController() };
    active.set(id, controllers);
    const heartbeat = setInterval(() => beat(id, controllers), HEARTBEAT_MS);
    try {
      const operation = await selectOperation(db, id);
      if (!operation) return;
      await locks.run(operation.tenant_id, () =>
        runOperation(deps, id, owner, { cancel: controllers.cancel.signal, end: controllers.end.signal }),
      );
      deps.released(operation.store);
    } catch (error) {
      if (error instanceof Interrupted && error.why === 'stopping') await giveBack(id);
      // Rows that cannot be written now are found again when the lease has run out.
      else log.error({ operation: id, err: error }, 'an operation was left and will be taken up again');
    } finally {
      clearInterval(heartbeat);
      active.delete(id);
    }
  }

  async function giveBack(id: string): Promise<void> {
    await releaseLease(db, id, owner).catch((error) => log.warn({ operation: id, err: error }, 'lease not released'));
  }

  async function beat(id: string, { cancel, end }: Controllers): Promise<void> {
    try {
      const lease = await renewLease(db, id, owner, LEASE_SECONDS);
      if (!lease) end.abort(new Interrupted('lease-lost'));
      else if (lease.cancelRequested) cancel.abort(new Interrupted('cancelled'));
    } catch (error) {
      log.warn({ operation: id, err: error }, 'lease not renewed');
    }
  }

  return {
    task: { name: 'operations', run: claim, everyMs: SWEEP_MS, retryMs: () => SWEEP_MS, onStop: stop },
    interrupt: (id) => active.get(id)?.cancel.abort(new Interrupted('cancelled')),
    stop,
  };
}
