import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Caller } from '../../api/caller.ts';
import { OperationAccepted } from '../../api/contract/index.ts';
import { selectTenantById } from '../tenants/index.ts';
import { contentBrought, type StoreChanges, whySkip } from './changes.ts';
import { selectFailedImage } from './failed-images-sql.ts';
import { lockRollout, type RolloutRow, updateRollout } from './sql.ts';
import { type Before, claimStore, type StoreRow, updateStore } from './stores-sql.ts';

export type BeginDeps = { db: Db; clock: Clock; log: Log; changes: StoreChanges };

/** The rollout took another course, or the store changed, before its operation was written: that is rolled back. */
class Overtaken extends Error {}

/** What keeps a store from being changed now, and ends by itself. */
const FOR_LATER: ReadonlySet<string> = new Set([
  'OPERATION_IN_PROGRESS',
  'POSTGRES_UNAVAILABLE',
  'DRIVER_UNAVAILABLE',
  'STORAGE_FULL',
]);
/** What makes the change of a store pointless or impossible, and is no fault of the change. */
const NOT_NOW: ReadonlySet<string> = new Set(['TENANT_NOT_FOUND', 'TENANT_STATE_CONFLICT']);
/** A store that an operation holds is tried again when that ends; the time is for one whose end was missed. */
const HELD_MS = 30_000;
const RETRY_MS = 60_000;
const GONE = 'it was removed';

/**
 * Begins the operation of one store, forward or back, and puts down in the same transaction that it is at work. A store that
 * needs none is skipped, one that is held is left for later.
 */
export function createBegin({ db, clock, log, changes }: BeginDeps) {
  function callerOf(rollout: RolloutRow, row: StoreRow, before: Before | null, revision: number): Caller {
    return {
      actor: rollout.acts_as,
      scope: rollout.scope,
      requestId: null,
      async remember(tx, _status, answer) {
        const { operation } = OperationAccepted.parse(answer);
        const current = await lockRollout(tx, rollout.id);
        if (!current || current.state !== rollout.state || current.wave !== rollout.wave) throw new Overtaken();
        const back = rollout.state === 'reverting';
        const at = clock.now();
        const claim = { operationId: operation.id, back, before, revision, at };
        if (!(await claimStore(tx, rollout.id, row, claim))) throw new Overtaken();
        await updateRollout(tx, current, {}, at);
      },
    };
  }

  /** Writes how a store is left, unless the rollout took another course. */
  async function leave(
    rollout: RolloutRow,
    { position }: StoreRow,
    to: Pick<StoreRow, 'state' | 'detail'> & { waitMs?: number },
  ): Promise<void> {
    await db.tx(async (tx) => {
      const current = await lockRollout(tx, rollout.id);
      if (!current || current.state !== rollout.state) return;
      const at = clock.now();
      const later = to.waitMs === undefined ? {} : { notBefore: new Date(at.getTime() + to.waitMs) };
      await updateStore(tx, rollout.id, position, { state: to.state, detail: to.detail, ...later, at });
      await updateRollout(tx, current, {}, at);
    });
  }

  async function whyNot(rollout: RolloutRow, row: StoreRow): Promise<string | undefined> {
    const tenant = await selectTenantById(db, row.tenant_id);
    if (!tenant) return GONE;
    if (rollout.state === 'reverting') {
      if (row.before === null) return 'nobody knows what it was before';
      const caller = callerOf(rollout, row, null, tenant.revision + revisions(rollout));
      return changes.back(rollout, tenant, row.before, caller);
    }
    const reason = whySkip(rollout, tenant);
    if (reason !== undefined) return reason;
    const content = contentBrought(rollout);
    const failed = content === undefined ? undefined : await selectFailedImage(db, tenant.id, content);
    if (failed) return `this image failed on it before, in the operation ${failed.operation_id}`;
    const before = await changes.before(rollout, tenant);
    const caller = callerOf(rollout, row, before, tenant.revision + revisions(rollout));
    await changes.begin(rollout, tenant, caller);
    return undefined;
  }

  return async function begin(rollout: RolloutRow, row: StoreRow): Promise<void> {
    try {
      const reason = await whyNot(rollout, row);
      if (reason !== undefined) await leave(rollout, row, { state: 'skipped', detail: reason });
    } catch (error) {
      if (error instanceof Overtaken) return;
      const detail = describe(error);
      const code = error instanceof AppError ? error.code : undefined;
      if (code !== undefined && NOT_NOW.has(code)) return leave(rollout, row, { state: 'skipped', detail });
      if (code !== undefined && !FOR_LATER.has(code)) return leave(rollout, row, { state: 'failed', detail });
      if (code === undefined)
        log.error({ rollout: rollout.id, store: row.store, err: error }, 'a store was left for later');
      const waitMs = code === 'OPERATION_IN_PROGRESS' ? HELD_MS : RETRY_MS;
      const shown = code === undefined ? 'a fault on our side; it is tried again' : detail;
      await leave(rollout, row, { state: row.state, detail: shown, waitMs });
    }
  };
}

/** A change of the configuration is a revision at once; other operations make theirs on their way. */
const revisions = ({ change }: RolloutRow): number => (change.kind === 'configuration' ? 1 : 0);

/** The sentence of a refusal, with the fields that were refused. */
function describe(error: unknown): string {
  const errors = error instanceof AppError ? error.details?.errors : undefined;
  const fields = Array.isArray(errors) ? errors.map(({ pointer, detail }) => `${pointer} ${detail}`) : [];
  return [errorMessage(error), ...fields].join(' ').slice(0, LONGEST_DETAIL);
}

const LONGEST_DETAIL = 2000;
