import { randomUUID } from 'node:crypto';
import { createDb, type Db } from '../../kernel/db.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Log } from '../../kernel/log.ts';
import { pause } from '../../kernel/pause.ts';
import { type Admission, askOnce } from '../../kernel/session.ts';
import { HOSTED_LIVENESS, LEASE_CONNECTION, type Liveness, type LivenessTimes } from './liveness.ts';
import { isDead, ownPlace } from './place.ts';
import { endConnections, type Life, lockOwnership, ownershipOf, releaseOf, setOwnership } from './sql.ts';

/** Another runtime took the store over. What was under way is not lost: that one goes on with it. */
export class LeaseLost extends Error {
  readonly code = 'LEASE_LOST';

  constructor() {
    super('This runtime does not hold the store: another one took it over.');
    this.name = 'LeaseLost';
  }
}

/** What a runtime takes a store over with. */
export type Claim = {
  /** Of the intent that it runs for; a higher one takes over at once, whoever lives. */
  generation: number;
  /** Where it runs, if somebody says so: two runtimes are never in one place at a time. */
  place?: string | undefined;
  /** By a host, which has let go of its former start of the store before it makes the next one. */
  hosted?: boolean;
};

export type Lease = {
  /** Every connection that works for the store is asked for it, so that a runtime which lost the store gets none. */
  admission: Admission;
  /** Takes the store over; waits while another runtime of the same generation, or a higher one, is alive. */
  take(): Promise<void>;
  isHeld(): boolean;
  /** The same, and asks the database where it is in doubt. */
  confirm(): Promise<boolean>;
  /** `doubted` aborts when the lease is not held for certain any more, `expired` when another may take it over. */
  signals(): { doubted: AbortSignal; expired: AbortSignal };
  /** Something happened that happens when another takes over: nothing is begun until the database has been asked. */
  doubt(): void;
  /** Lets another runtime take over at once. Nothing works for the store any more. */
  release(): Promise<void>;
  /** Ends a `take` that did not come to its turn yet. */
  stopWaiting(): void;
  /** Believes in the lease no more, and leaves it to whoever takes the store over, as one that died does. */
  abandon(): void;
};

/** Milliseconds that never stand still while the machine sleeps, and never go back. */
export type Elapsed = () => number;

function systemElapsed(): Elapsed {
  const base = { steady: performance.now(), wall: Date.now() };
  let last = 0;
  return () => {
    last = Math.max(last, performance.now() - base.steady, Date.now() - base.wall);
    return last;
  };
}

/** A new look at whoever holds the store, should it release the store before its time. */
const LOOK_MS = 5000;
/** Of so many looks at it, one is logged. */
const LOGGED_LOOKS = 12;
/** After a renewal that failed: many stores of one host do not storm a cluster that is away. */
const retryMs = ({ renewEvery }: LivenessTimes) => Math.max(1000, renewEvery / 20);
const STATEMENT_MS = 15_000;
const RELEASE_MS = 5000;

/**
 * The right of one start of a runtime to serve its store. The row that says who has it is in the store's database, and is
 * what counts: whoever takes over changes it and then ends all connections of the former. For what is beyond the database,
 * Telegram, the runtime believes in its right only for a time that ends before another may take over.
 */
export function createLease(deps: {
  connectionString: string;
  claim: Claim;
  liveness: Liveness;
  /** Names of the connections that work for the store. */
  connections: readonly string[];
  log: Log;
  failpoint: Failpoint;
  onLost(): void;
  elapsed?: Elapsed;
}): Lease {
  const { connectionString, claim, liveness, log, elapsed = systemElapsed() } = deps;
  const { times } = liveness;
  const runtime = randomUUID();
  const stopping = new AbortController();
  let phase: 'waiting' | 'held' | 'lost' | 'released' = 'waiting';
  /** When the last renewal that succeeded began. */
  let since: number | undefined;
  let doubts = 0;
  let doubted = new AbortController();
  let expired = new AbortController();
  let renewing: Promise<void> | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let end: NodeJS.Timeout | undefined;

  const isHeld = () => phase === 'held' && since !== undefined && elapsed() - since < times.heldFor;

  function hold(began: number): void {
    since = began;
    if (doubted.signal.aborted) doubted = new AbortController();
    if (expired.signal.aborted) expired = new AbortController();
    clearTimeout(end);
    end = setTimeout(
      () => {
        log.error('the lease could not be renewed in time: the store stands still until its database answers');
        doubted.abort();
        expired.abort();
      },
      Math.max(0, times.heldFor - (elapsed() - began)),
    );
    end.unref();
    renewIn(times.renewEvery);
  }

  function endHold(how: 'lost' | 'released'): void {
    phase = how;
    clearTimeout(end);
    clearTimeout(renewal);
    stopping.abort();
    doubted.abort();
  }

  function lose(): void {
    if (phase !== 'held') return;
    endHold('lost');
    deps.onLost();
  }

  function renewIn(millis: number): void {
    clearTimeout(renewal);
    if (phase !== 'held') return;
    renewal = setTimeout(() => void renew(), millis);
    renewal.unref();
  }

  function renew(): Promise<void> {
    renewing ??= renewOnce().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function renewOnce(): Promise<void> {
    for (;;) {
      const began = elapsed();
      const known = doubts;
      try {
        const renewed = await liveness.renew(runtime);
        if (phase !== 'held') return;
        // An answer to what was asked before the doubt says nothing about it.
        if (known !== doubts) continue;
        return renewed ? hold(began) : lose();
      } catch (err) {
        log.warn({ err }, 'the lease was not renewed, will try again');
        return renewIn(retryMs(times));
      }
    }
  }

  /** The last renewal that was seen of whoever holds the store, and when it was seen first. */
  let seen: { renewal: string; at: number } | undefined;

  /** Whether it may still be alive. One whose row never changes is not, whatever the row says. */
  function mayLive({ renewal }: Life): boolean {
    if (seen?.renewal !== renewal) seen = { renewal, at: elapsed() };
    return elapsed() - seen.at < Math.max(times.aliveFor, HOSTED_LIVENESS.aliveFor);
  }

  /** @returns what is left of the life of whoever holds the store; undefined when it is ours */
  async function tryTake(db: Db, place: string | undefined): Promise<Life | undefined> {
    return db.tx(async (tx) => {
      const owner = await lockOwnership(tx);
      if (owner.runtime !== null && claim.generation <= owner.generation && !(await isDead(owner.place, place))) {
        const life = await liveness.lifeOf(tx, owner.runtime);
        if (life && mayLive(life)) return life;
      }
      await setOwnership(tx, { runtime, place: place ?? null, generation: claim.generation });
      await liveness.begin(tx, runtime);
      return undefined;
    });
  }

  async function take(db: Db): Promise<void> {
    const place = await ownPlace(claim);
    for (let looks = 0; ; looks++) {
      stopping.signal.throwIfAborted();
      const began = elapsed();
      const life = await tryTake(db, place);
      if (stopping.signal.aborted && !life) await releaseRow();
      stopping.signal.throwIfAborted();
      if (!life) {
        phase = 'held';
        deps.failpoint('lease.taken');
        const unended = await endConnections(db, deps.connections);
        if (unended > 0) throw new Error(`${unended} connections of a former runtime could not be ended`);
        return hold(began);
      }
      if (looks % LOGGED_LOOKS === 0) {
        log.warn(life, 'another runtime holds the store; waiting until it lets go or its lease ends');
      }
      await pause(Math.min(life.left, LOOK_MS), stopping.signal);
      stopping.signal.throwIfAborted();
    }
  }

  async function releaseRow(): Promise<void> {
    const config = { connectionString, application_name: LEASE_CONNECTION };
    await askOnce(config, releaseOf(runtime), RELEASE_MS).catch((err) =>
      log.warn({ err, aliveForMs: times.aliveFor }, 'the lease was not released; it ends by itself'),
    );
  }

  async function confirm(): Promise<boolean> {
    if (isHeld()) return true;
    if (phase === 'held') await renew();
    return isHeld();
  }

  return {
    admission: {
      text: ownershipOf(runtime),
      check(rows) {
        if (rows.length > 0) return;
        lose();
        throw new LeaseLost();
      },
    },
    async take() {
      const db = createDb({
        connectionString,
        max: 1,
        applicationName: LEASE_CONNECTION,
        // One that is paused in its transaction keeps nobody waiting for longer.
        statementTimeoutMillis: STATEMENT_MS,
      });
      await take(db).finally(() => db.close());
      if (!(await confirm())) throw new LeaseLost();
    },
    isHeld,
    confirm,
    signals: () => ({ doubted: doubted.signal, expired: expired.signal }),
    doubt() {
      if (phase !== 'held') return;
      doubts += 1;
      since = undefined;
      doubted.abort();
      void renew();
    },
    async release() {
      const had = phase === 'held';
      endHold(phase === 'lost' ? 'lost' : 'released');
      if (had) await releaseRow();
    },
    stopWaiting() {
      if (phase === 'waiting') endHold('released');
    },
    abandon() {
      endHold('lost');
      expired.abort();
    },
  };
}
