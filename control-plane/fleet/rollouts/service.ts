import type { z } from 'zod';
import type { Activate } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { type Db, isUniqueViolation, type Queryable, type Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { shortId } from '../../../kernel/ids.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Rollout, StartRolloutRequest } from '../../api/contract/index.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Driver } from '../drivers/index.ts';
import { assertMay } from '../operations/index.ts';
import { operationKindOf, whyFinal } from './changes.ts';
import { type RolloutAction, stateAfter } from './plan.ts';
import { assertFound, assertSensible, layOut } from './request.ts';
import {
  type Course,
  deleteRolloutsBefore,
  insertRollout,
  lockRollout,
  type RolloutRow,
  reopenRollout,
  selectRollout,
  selectRollouts,
  updateRollout,
} from './sql.ts';
import {
  insertStores,
  retryFailed,
  type StorePage,
  type StoreRow,
  selectDoneTenants,
  selectHolders,
  selectNamed,
  selectOpened,
  selectStores,
  selectTallies,
  skipWaiting,
} from './stores-sql.ts';
import { incidentKey } from './task.ts';
import { toRollout } from './view.ts';

type View = z.infer<typeof Rollout>;

export type Rollouts = {
  /** @throws AppError FORBIDDEN, BAD_REQUEST, TENANT_NOT_FOUND, ROLLOUT_IN_PROGRESS naming the one that holds a store */
  start(request: StartRolloutRequest, caller: Caller): Promise<View>;
  /** Newest first. */
  list(page: { before: number | null; limit: number }): Promise<(View & { seq: number })[]>;
  /** @throws AppError ROLLOUT_NOT_FOUND */
  show(id: string): Promise<View>;
  /** In the order in which they come. @throws AppError ROLLOUT_NOT_FOUND */
  stores(id: string, page: StorePage): Promise<StoreRow[]>;
  /** Carries out an action; a rollout that is in its state already stays so. @throws AppError FORBIDDEN, ROLLOUT_NOT_FOUND, ROLLOUT_STATE_CONFLICT, ROLLOUT_IN_PROGRESS */
  act(id: string, action: RolloutAction, caller: Caller): Promise<View>;
  /** Forgets what ended 90 days ago. */
  expire(): Promise<void>;
};

export type RolloutsDeps = {
  db: Db;
  clock: Clock;
  audit: Audit;
  alerts: Pick<AlertSink, 'clear'>;
  driver: Pick<Driver, 'image'>;
  /** The platform's own image. */
  image: string;
  /** Wakes the task `rollouts`. */
  activate: Activate;
};

const KEEP_MS = 90 * 86_400_000;

export function createRollouts(deps: RolloutsDeps): Rollouts {
  const { db, clock, audit, alerts, driver, activate } = deps;

  async function shown(on: Queryable, id: string): Promise<View> {
    const row = await selectRollout(on, id);
    if (!row) throw notFound();
    return toRollout(row, row.tally ?? (await selectTallies(on, [id])));
  }

  /** The request with the image that it means, which stays the same when the platform's own changes. */
  function withImage(change: StartRolloutRequest['change']): StartRolloutRequest['change'] {
    return change.kind === 'image' ? { ...change, image: change.image ?? deps.image } : change;
  }

  async function assertFree(tx: Tx, id: string, tenantIds: readonly string[]): Promise<void> {
    const [holder, ...others] = await selectHolders(tx, id, tenantIds);
    if (holder)
      throw held(
        holder,
        others.map((each) => each.id),
      );
  }

  async function write(
    tx: Tx,
    row: RolloutRow,
    action: RolloutAction,
    state: RolloutRow['state'],
    caller: Caller,
  ): Promise<void> {
    const at = clock.now();
    const { id } = row;
    const acting: Partial<Course> = { acts_as: caller.actor, scope: caller.scope };
    if (action === 'resume') {
      await retryFailed(tx, id, row.wave, at);
      await updateRollout(tx, row, { ...acting, state, reason: null, baked_from: null }, at);
    } else if (action === 'revert') {
      if (row.tally !== null) {
        await assertFree(tx, id, await selectDoneTenants(tx, id));
        await reopenRollout(tx, id);
      }
      await skipWaiting(tx, id, 'not begun: the rollout went back', at);
      await updateRollout(tx, row, { ...acting, state }, at);
    } else {
      if (action === 'abort') await skipWaiting(tx, id, 'not begun: the rollout was aborted', at);
      await updateRollout(tx, row, { state }, at);
    }
    if (action !== 'pause') await alerts.clear(tx, incidentKey(id));
    await audit.record(tx, caller, {
      action: `rollout.${action}`,
      target: `rollout:${id}`,
      before: { state: row.state },
      after: { state },
      result: 'done',
    });
    tx.afterCommit(activate);
  }

  return {
    async start(request, caller) {
      const change = withImage(request.change);
      assertMay(caller, operationKindOf(change), {});
      assertSensible(request);
      const imageId = change.kind === 'image' && change.image !== undefined ? await driver.image(change.image) : null;
      return db.tx(async (tx) => {
        const { target } = request;
        const found =
          'all' in target ? await selectOpened(tx, target.states ?? null) : await selectNamed(tx, target.stores);
        assertFound(request, found);
        const { rows, waveCount, canary } = layOut(found, request);
        const id = shortId(12);
        const at = clock.now();
        await insertRollout(tx, {
          ...{ id, change, canary, image_id: imageId ?? null, wave_count: waveCount, created_at: at },
          ...{ bake_seconds: request.bakeSeconds, per_machine: request.perMachine, max_failures: request.maxFailures },
          ...{ requested_by: caller.actor, acts_as: caller.actor, scope: caller.scope },
        });
        if ((await insertStores(tx, id, rows, at)) < rows.length) {
          await assertFree(
            tx,
            id,
            rows.map((row) => row.tenant_id),
          );
          throw new AppError('ROLLOUT_IN_PROGRESS', 'Another rollout held a store. Try again.');
        }
        await audit.record(tx, caller, {
          action: 'rollout.start',
          target: `rollout:${id}`,
          after: { ...request, change, target: 'all' in target ? target : { stores: target.stores.length } },
          result: 'accepted',
        });
        tx.afterCommit(activate);
        const view = await shown(tx, id);
        await caller.remember(tx, 202, view);
        return view;
      });
    },
    async list(page) {
      const rows = await selectRollouts(db, page);
      const open = rows.filter(({ tally }) => tally === null).map(({ id }) => id);
      const tallies = open.length > 0 ? await selectTallies(db, open) : [];
      return rows.map((row) => ({
        ...toRollout(row, row.tally ?? tallies.filter(({ id }) => id === row.id)),
        seq: row.seq,
      }));
    },
    show: (id) => shown(db, id),
    async stores(id, page) {
      if (!(await selectRollout(db, id))) throw notFound();
      return selectStores(db, id, page);
    },
    async act(id, action, caller) {
      const made = db.tx(async (tx) => {
        const row = await lockRollout(tx, id);
        if (!row) throw notFound();
        assertMay(caller, operationKindOf(row.change), {});
        const state = stateAfter(row.state, action);
        if (state === undefined) throw conflict(`It is ${row.state}.`);
        const final = action === 'revert' ? whyFinal(row.change) : undefined;
        if (final !== undefined) throw conflict(final);
        if (state !== row.state) await write(tx, row, action, state, caller);
        const view = await shown(tx, id);
        await caller.remember(tx, 200, view);
        return view;
      });
      return made.catch((error) => {
        if (!isUniqueViolation(error, 'rollout_stores_one_at_a_time')) throw error;
        throw new AppError('ROLLOUT_IN_PROGRESS', 'Another rollout took one of its stores just now. Try again.');
      });
    },
    expire: () => deleteRolloutsBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}

const notFound = () => new AppError('ROLLOUT_NOT_FOUND', 'There is no rollout with this id.');

const conflict = (reason: string) =>
  new AppError('ROLLOUT_STATE_CONFLICT', `The rollout cannot do that now. ${reason}`);

function held(
  { id, stores, first }: { id: string; stores: number; first: string },
  others: readonly string[],
): AppError {
  const which = stores === 1 ? `the store ${first}` : `${stores} of these stores, such as ${first}`;
  return new AppError(
    'ROLLOUT_IN_PROGRESS',
    `The rollout ${id} holds ${which}. Wait for its end, abort it, or leave them out.`,
    { details: { rollouts: [id, ...others] } },
  );
}
