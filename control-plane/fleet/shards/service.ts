import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import { type Caller, SYSTEM } from '../../api/caller.ts';
import type { Shard, ShardDetails } from '../../api/contract/index.ts';
import { type Driver, shardRuntime } from '../drivers/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { removeShardFolder } from './directory.ts';
import type { Placement } from './placement.ts';
import {
  countMoves,
  deleteEmptyShard,
  lockShards,
  type ShardRow,
  selectHosted,
  selectShard,
  selectShards,
  selectToMove,
  updateDraining,
} from './sql.ts';

export type Shards = {
  list(): Promise<Shard[]>;
  /** @throws AppError SHARD_NOT_FOUND */
  show(name: string): Promise<ShardDetails>;
  /** From now on it takes no store, and those that it has are moved one by one. Again, those that failed are tried once more. */
  drain(name: string, caller: Caller): Promise<ShardDetails>;
  /** Carries on what drains, and removes shards without stores. */
  task: BackgroundTask;
};

/** Stores that are on their way at one time: other operations find a place beside them. */
const MOVES_AT_ONCE = 4;
/** One that was made for a store that then went elsewhere is there for the next. */
const SPARE_MS = 600_000;
/** The safety net for an activation that was lost. */
const SWEEP_MS = 10_000;

export type ShardsDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  audit: Audit;
  /** Runs the shards' own runtimes. */
  runtimes: Pick<Driver, 'observe' | 'remove'>;
  tenants: Pick<Tenants, 'move'>;
  home: string;
  placement: Pick<Placement, 'installedCode'>;
  /** Wakes the task `shards`. */
  activate: Activate;
};

export function createShards(deps: ShardsDeps): Shards {
  const { db, clock, log, audit, runtimes, tenants, home, placement } = deps;

  async function toShard(row: ShardRow, installed: string): Promise<Shard> {
    const { telegram, pakasir } = row.ports;
    const seen = await runtimes.observe(shardRuntime(row.name));
    return {
      name: row.name,
      state: row.state,
      stores: row.stores,
      capacity: row.capacity,
      observed: { state: seen.state, restarts: seen.restarts ?? 0, id: seen.id ?? null },
      code: row.code === null ? 'unknown' : row.code === installed ? 'installed' : 'older',
      ports: telegram && pakasir ? { telegram, pakasir } : null,
      drainingSince: row.draining_since?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    };
  }

  async function existing(on: Queryable, name: string): Promise<ShardRow> {
    const row = await selectShard(on, name);
    if (!row) throw new AppError('SHARD_NOT_FOUND', `There is no shard named ${name.slice(0, 32)}.`);
    return row;
  }

  const detailsOf = async (on: Queryable, row: ShardRow): Promise<ShardDetails> => ({
    shard: await toShard(row, await placement.installedCode()),
    stores: (await selectHosted(on, row.name)).map(({ store, state, moves }) => ({ store, state, moves })),
  });

  /** On behalf of whoever asked for the drain. */
  async function moveSome(row: ShardRow): Promise<void> {
    const room = MOVES_AT_ONCE - (await countMoves(db));
    if (room <= 0) return;
    const caller: Caller = { ...SYSTEM, actor: row.draining_for as string, scope: row.draining_scope ?? 'viewer' };
    for (const store of await selectToMove(db, row, room)) {
      try {
        await tenants.move(store, { runtime: 'pooled' }, caller);
      } catch (error) {
        // Another operation came first, or the store is gone: the next look finds what is left.
        if (!(error instanceof AppError)) throw error;
        log.info({ store, shard: row.name, code: error.code }, 'a store is not moved out of its shard yet');
      }
    }
  }

  /** Its runtime goes before its row: what is cut short in between is done again. */
  async function removeEmpty(row: ShardRow): Promise<void> {
    await db.tx(async (tx) => {
      await lockShards(tx);
      if ((await existing(tx, row.name)).stores > 0 || !(await deleteEmptyShard(tx, row.id))) return;
      await runtimes.remove(shardRuntime(row.name));
      await removeShardFolder(home, row.name);
      const entry = { action: 'shard.remove', target: `shard:${row.name}`, result: 'done' };
      await audit.record(tx, { ...SYSTEM, actor: row.draining_for ?? SYSTEM.actor }, entry);
    });
  }

  return {
    async list() {
      const installed = await placement.installedCode();
      return Promise.all((await selectShards(db)).map((row) => toShard(row, installed)));
    },
    show: async (name) => detailsOf(db, await existing(db, name)),
    drain: (name, caller) =>
      db.tx(async (tx) => {
        await lockShards(tx);
        const row = await existing(tx, name);
        await updateDraining(tx, row.id, { since: clock.now(), for: caller.actor, scope: caller.scope });
        const target = `shard:${name}`;
        await audit.record(tx, caller, { action: 'shard.drain', target, result: 'accepted' });
        const details = await detailsOf(tx, await existing(tx, name));
        await caller.remember(tx, 200, details);
        tx.afterCommit(deps.activate);
        return details;
      }),
    task: {
      name: 'shards',
      everyMs: SWEEP_MS,
      retryMs: () => SWEEP_MS,
      async run() {
        for (const row of await selectShards(db)) {
          if (row.stores > 0) {
            if (row.state === 'draining') await moveSome(row);
          } else if (row.state === 'draining' || clock.now().getTime() - row.created_at.getTime() > SPARE_MS) {
            await removeEmpty(row);
          }
        }
      },
    },
  };
}
