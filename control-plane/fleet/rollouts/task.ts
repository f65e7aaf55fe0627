import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import { SYSTEM } from '../../api/caller.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Driver } from '../drivers/index.ts';
import { type BeginDeps, createBegin } from './begin.ts';
import { type Decision, planRollout } from './plan.ts';
import { closeRollout, lockRollout, type RolloutRow, selectOpenIds, updateRollout } from './sql.ts';
import {
  countRunning,
  type EndedStore,
  promoteToCanary,
  type StoreRow,
  selectEnded,
  selectNextTry,
  selectReady,
  selectTallies,
  selectUnwell,
  updateStore,
} from './stores-sql.ts';

export type RolloutTaskDeps = BeginDeps & {
  db: Db;
  clock: Clock;
  log: Log;
  audit: Audit;
  alerts: Pick<AlertSink, 'raise' | 'clear'>;
  driver: Pick<Driver, 'image'>;
  failpoint: Failpoint;
  /** Those of the API keys that are in force now. */
  keysInForce(ids: readonly string[]): Promise<string[]>;
};

/** The safety net for an activation that was lost; the canary's health is read as often. */
const SWEEP_MS = 10_000;
const SOONEST_MS = 250;
const MOST_ENDED = 100;
/** Decisions about one rollout before the others come. */
const MOST_ROUNDS = 100;

/** The incident of a rollout that halted. */
export const incidentKey = (id: string): string => `rollout:${id}`;

type Step = { rollout: RolloutRow; decision: Decision; ready: StoreRow[] };

/** Carries on every rollout that is open: each decision is made from rows and written in one transaction. */
export function createRolloutTask(deps: RolloutTaskDeps): BackgroundTask {
  const { db, clock, log, audit, alerts, failpoint } = deps;
  const begin = createBegin(deps);

  /** Writes on the stores how their operations ended. */
  async function recordEnds(tx: Tx, rollout: RolloutRow): Promise<void> {
    for (;;) {
      const ended = await selectEnded(tx, rollout.id, MOST_ENDED);
      const at = clock.now();
      for (const store of ended) await updateStore(tx, rollout.id, store.position, { ...outcomeOf(store), at });
      if (ended.length > 0) await updateRollout(tx, rollout, {}, at);
      if (ended.length < MOST_ENDED) return;
    }
  }

  async function decide(tx: Tx, rollout: RolloutRow): Promise<Omit<Step, 'rollout'>> {
    const { id, state, wave, per_machine: perMachine } = rollout;
    // It waits for somebody, however many stores it has.
    if (state === 'paused' || state === 'halted') return { ready: [], decision: { kind: 'wait' } };
    const now = clock.now();
    const active = state === 'running' || state === 'reverting';
    const left = state === 'reverting' ? 'succeeded' : 'waiting';
    const wanted = { state: left, wave: state === 'running' ? wave : null, now, perMachine } as const;
    const ready = active ? await selectReady(tx, id, wanted) : [];
    const status = {
      rollout,
      ready,
      tally: await selectTallies(tx, [id]),
      running: await countRunning(tx, id),
      unwell: state === 'running' && wave === 0 && rollout.canary > 0 ? await selectUnwell(tx, id) : undefined,
      nextTry: await selectNextTry(tx, id, left),
    };
    return { ready, decision: planRollout(status, now) };
  }

  async function halt(tx: Tx, rollout: RolloutRow, reason: string): Promise<void> {
    const { id, change } = rollout;
    await updateRollout(tx, rollout, { state: 'halted', reason }, clock.now());
    await audit.record(tx, SYSTEM, {
      action: 'rollout.halt',
      target: `rollout:${id}`,
      after: { reason },
      result: 'done',
    });
    await alerts.raise(tx, {
      kind: 'rollout_halted',
      key: incidentKey(id),
      severity: 'error',
      detail: `${change.kind} (${id})\n${reason}\nlapak rollout show ${id}`,
    });
  }

  async function apply(tx: Tx, rollout: RolloutRow, decision: Decision): Promise<void> {
    const at = clock.now();
    if (decision.kind === 'halt') await halt(tx, rollout, decision.reason);
    if (decision.kind === 'bake') await updateRollout(tx, rollout, { baked_from: at }, at);
    if (decision.kind === 'next-wave') await updateRollout(tx, rollout, { wave: rollout.wave + 1 }, at);
    if (decision.kind === 'promote') {
      await promoteToCanary(tx, rollout.id, decision.stores);
      await updateRollout(tx, rollout, { baked_from: null }, at);
    }
    if (decision.kind === 'close') {
      await updateRollout(tx, rollout, { state: decision.state }, at);
      await closeRollout(tx, rollout.id, await selectTallies(tx, [rollout.id]), at);
      await alerts.clear(tx, incidentKey(rollout.id));
    }
  }

  /** What stands against going on, and is not to be seen in the rollout's own rows. */
  async function whyStop({ change, image_id: imageId, acts_as: actor }: RolloutRow): Promise<string | undefined> {
    const key = /^key:(.+)$/.exec(actor)?.[1];
    if (key !== undefined && (await deps.keysInForce([key])).length === 0) {
      return 'The API key on whose behalf it works is not in force any more; who resumes it takes its place.';
    }
    if (change.kind !== 'image' || change.image === undefined || imageId === null) return undefined;
    const now = await deps.driver.image(change.image).catch((error) => {
      if (error instanceof AppError && error.code === 'IMAGE_NOT_FOUND') return error;
      throw error;
    });
    if (now === imageId) return undefined;
    if (now instanceof AppError) return `${now.message} Then resume the rollout, or abort it.`;
    return `${change.image} stands for another content than at the start. Abort it, and start another.`;
  }

  async function step(id: string, stop?: string): Promise<Step | undefined> {
    const made = await db.tx(async (tx) => {
      const rollout = await lockRollout(tx, id);
      if (!rollout || rollout.tally !== null) return undefined;
      await recordEnds(tx, rollout);
      const planned = await decide(tx, rollout);
      const decision: Decision =
        planned.decision.kind === 'begin' && rollout.state === 'running' && stop !== undefined
          ? { kind: 'halt', reason: stop }
          : planned.decision;
      failpoint(`rollout.${decision.kind}.before`);
      await apply(tx, rollout, decision);
      return { rollout, decision, ready: planned.ready };
    });
    if (made) failpoint(`rollout.${made.decision.kind}.after`);
    return made;
  }

  /** @returns when it has to be looked at again without being woken */
  async function visit(id: string, signal: AbortSignal): Promise<Date | undefined> {
    for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round++) {
      const made = await step(id);
      if (!made) return undefined;
      const { rollout, decision, ready } = made;
      if (decision.kind === 'wait') return decision.until;
      if (decision.kind === 'close' || decision.kind === 'halt') return undefined;
      if (decision.kind !== 'begin') continue;
      const stop = rollout.state === 'running' ? await whyStop(rollout) : undefined;
      if (stop !== undefined) {
        await step(id, stop);
        continue;
      }
      for (const store of ready) {
        if (signal.aborted) return undefined;
        if (!decision.positions.includes(store.position)) continue;
        await begin(rollout, store);
        failpoint('rollout.store.after');
      }
    }
    return clock.now();
  }

  return {
    name: 'rollouts',
    everyMs: SWEEP_MS,
    async run(signal) {
      let next = SWEEP_MS;
      for (const id of await selectOpenIds(db)) {
        try {
          const at = await visit(id, signal);
          if (at) next = Math.min(next, at.getTime() - clock.now().getTime());
        } catch (error) {
          // One whose image or rows cannot be read now must not hold up the others.
          const level = error instanceof AppError ? 'warn' : 'error';
          log[level]({ rollout: id, err: error }, 'a rollout was left and will be taken up again');
        }
      }
      return Math.max(SOONEST_MS, next);
    },
  };
}

function outcomeOf({
  back,
  ended,
  error_code: code,
  error_message: message,
}: EndedStore): Pick<StoreRow, 'state' | 'detail'> {
  if (ended === 'succeeded') return { state: back ? 'reverted' : 'succeeded', detail: null };
  const lost = ended === null ? 'nobody knows its operation any more' : 'its operation was cancelled';
  const why = ended === 'failed' ? `${code}: ${message ?? ''}` : lost;
  return { state: 'failed', detail: (back ? `Going back: ${why}` : why).slice(0, LONGEST_DETAIL) };
}

const LONGEST_DETAIL = 2000;
