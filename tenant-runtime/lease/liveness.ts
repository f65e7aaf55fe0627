import type { Tx } from '../../kernel/db.ts';
import { askOnce } from '../../kernel/session.ts';
import { type Life, lockLiveness, renewalOf, replaceLiveness } from './sql.ts';

/** All in milliseconds. The database's clock alone says when a runtime ends to be alive; ours says how long we believe it. */
export type LivenessTimes = {
  renewEvery: number;
  /** From the beginning of the last renewal on: then nothing is begun any more, and what is under way is broken off. */
  heldFor: number;
  /** From then on another may take over. */
  aliveFor: number;
};

/**
 * Where a runtime writes that it is alive. One that has its database to itself writes there: nothing else of the cluster
 * depends on it, and a store that forges it harms itself. A host of many stores renews once for all of them, in a place
 * whose role no store has.
 */
export type Liveness = {
  times: LivenessTimes;
  /** Begins to be alive, in the transaction that takes a store over. */
  begin(tx: Tx, runtime: string): Promise<void>;
  /** What is left of another runtime's life; it cannot renew before the transaction has ended. */
  lifeOf(tx: Tx, runtime: string): Promise<Life | undefined>;
  /** False where another runtime took over; rejects where nobody answers. */
  renew(runtime: string): Promise<boolean>;
};

/** An idle store asks its database less than ten times a minute: six for its queues, three to renew. */
export const DEDICATED: LivenessTimes = { renewEvery: 20_000, heldFor: 30_000, aliveFor: 35_000 };

/**
 * Of one store of many in a host: each renewal is a connection of its own, and three
 * hundred stores would spend their cluster on them. What it costs is a longer wait for another machine that starts the store
 * for the same intent; whoever has a higher one, or follows in the place of a process that died, waits for nothing.
 */
export const HOSTED_LIVENESS: LivenessTimes = { renewEvery: 120_000, heldFor: 150_000, aliveFor: 160_000 };

/** The connection and the answer together take no longer than what is left between a renewal and the end. */
const ANSWER_MS = 4000;

export const LEASE_CONNECTION = 'lapak-lease';

/** Liveness in the store's own database. */
export function dedicatedLiveness(connectionString: string, times: LivenessTimes = DEDICATED): Liveness {
  const seconds = times.aliveFor / 1000;
  return {
    times,
    begin: (tx, runtime) => replaceLiveness(tx, runtime, seconds),
    lifeOf: lockLiveness,
    async renew(runtime) {
      const config = { connectionString, application_name: LEASE_CONNECTION };
      const rows = await askOnce(config, renewalOf(runtime, seconds), ANSWER_MS);
      return rows.length > 0;
    },
  };
}
