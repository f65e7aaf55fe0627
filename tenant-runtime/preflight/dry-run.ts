import { Api } from 'grammy';
import type { Clock } from '../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../kernel/db.ts';
import { noFailpoint } from '../../kernel/failpoint.ts';
import { composeServices, type Services, type StoreDeps } from '../composition/index.ts';
import { createMetrics } from '../metrics.ts';

/** The modules of the store over one transaction, and what they do to the world outside of it. */
export type DryRun = {
  services: Services;
  db: Db;
  tx: Tx;
  /** Calls that would have gone to Telegram, as JSON. */
  calls: string[];
  /** Lets time pass, here alone. Milliseconds. */
  wait(ms: number): void;
};

export type DryRunDeps = Pick<StoreDeps, 'config' | 'db' | 'jobs' | 'clock' | 'log' | 'gateways'>;

/**
 * Runs `work` with the store's own modules in a transaction that is always rolled back: nobody sees what happens in it, and
 * nothing of it is left. What follows a commit (wake-ups, audit lines) never happens, Telegram is not called, and no
 * counter moves; only numbers drawn from sequences are gone.
 */
export async function inDryRun<T>(deps: DryRunDeps, work: (run: DryRun) => Promise<T>): Promise<T> {
  const rollback = new Error('the rehearsal is over');
  let played: { value: T } | undefined;
  try {
    await deps.db.tx(async (tx) => {
      played = { value: await work(set(deps, tx)) };
      throw rollback;
    });
  } catch (error) {
    if (error !== rollback) throw error;
  }
  if (!played) throw new Error('a rehearsal ended before it began');
  return played.value;
}

function set({ config, jobs, clock, log, gateways }: DryRunDeps, outer: Tx): DryRun {
  const calls: string[] = [];
  const tx: Tx = { query: inTurn(outer), afterCommit: () => {} };
  const db = dbWithin(tx);
  let passed = 0;
  const later: Clock = { now: () => new Date(clock.now().getTime() + passed) };
  const services = composeServices({
    // What is played is rolled back: a payment without money will do.
    config: { ...config, env: { ...config.env, PAKASIR_ALLOW_SANDBOX: true } },
    gateways,
    db,
    jobs,
    activator: () => () => {},
    api: silentApi(calls),
    ownerApi: undefined,
    metrics: createMetrics(config.env.STORE_SLUG),
    clock: later,
    // The owners hear of warnings; what is found is in the answer.
    log: log.child({}, { level: 'silent' }),
    failpoint: noFailpoint,
  });
  const wait = (ms: number) => {
    passed += ms;
  };
  return { services, db, tx, calls, wait };
}

/** One statement after the other: modules ask side by side, and there is one connection. */
function inTurn(on: Queryable): Queryable['query'] {
  let last: Promise<unknown> = Promise.resolve();
  return <R>(text: string, values?: readonly unknown[]) => {
    const turn = last.then(() => on.query<R>(text, values));
    last = turn.catch(() => {});
    return turn;
  };
}

/** A database whose transactions are deps of one that is open. */
function dbWithin(tx: Tx): Db {
  return {
    query: tx.query,
    async tx(work) {
      await tx.query('SAVEPOINT dry_run');
      try {
        const value = await work(tx);
        await tx.query('RELEASE SAVEPOINT dry_run');
        return value;
      } catch (error) {
        await tx.query('ROLLBACK TO SAVEPOINT dry_run');
        throw error;
      }
    },
    withLock: (_name, work) => work(),
    close: async () => {},
  };
}

/** Takes every call and makes none. */
function silentApi(calls: string[]): Api {
  const api = new Api('0:rehearsal');
  api.config.use(async (_call, method, payload) => {
    calls.push(JSON.stringify({ method, ...payload }));
    const result = { message_id: calls.length, date: 0, chat: { id: 0, type: 'private' } };
    return { ok: true, result: result as never };
  });
  return api;
}
