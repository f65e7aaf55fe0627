import type { Queryable, Tx } from '../../kernel/db.ts';

/** Who holds a store; `runtime` is one start of a runtime, and null where nobody does. */
export type Ownership = { runtime: string | null; place: string | null; generation: number };

/** Who holds the store, until the end of the transaction: whoever else would take it over waits. */
export async function lockOwnership(tx: Tx): Promise<Ownership> {
  await tx.query('INSERT INTO store_lease DEFAULT VALUES ON CONFLICT DO NOTHING');
  const [row] = await tx.query<Ownership>('SELECT holder AS runtime, place, generation FROM store_lease FOR UPDATE');
  return row as Ownership;
}

export async function setOwnership(tx: Tx, { runtime, place, generation }: Ownership): Promise<void> {
  await tx.query('UPDATE store_lease SET holder = $1, place = $2, generation = $3, taken_at = now()', [
    runtime,
    place,
    generation,
  ]);
}

/** For a new connection: a row while this runtime holds the store. */
export const ownershipOf = (runtime: string): string =>
  `SELECT FROM public.store_lease WHERE holder = '${runtime}'::uuid`;

/** Milliseconds that a runtime still counts as alive, and what each renewal changes. */
export type Life = { left: number; renewal: string };

/** Undefined for one that is not alive. It renews nothing until the transaction ends. */
export async function lockLiveness(tx: Tx, runtime: string): Promise<Life | undefined> {
  const [life] = await tx.query<Life>(
    `SELECT ceil(least(extract(epoch FROM ends_at - clock_timestamp()), 1e6) * 1000)::int AS left, ends_at::text AS renewal
       FROM runtime_liveness WHERE runtime = $1 FOR UPDATE`,
    [runtime],
  );
  return life && life.left > 0 ? life : undefined;
}

/** From now on this runtime alone counts as alive. */
export async function replaceLiveness(tx: Tx, runtime: string, seconds: number): Promise<void> {
  await tx.query('DELETE FROM runtime_liveness');
  await tx.query(
    'INSERT INTO runtime_liveness (runtime, ends_at) VALUES ($1, clock_timestamp() + make_interval(secs => $2))',
    [runtime, seconds],
  );
}

/** Lives on, and answers with a row, where nobody took the store over. */
export const renewalOf = (runtime: string, seconds: number): string =>
  `UPDATE public.runtime_liveness SET ends_at = now() + interval '${seconds} seconds'
    WHERE runtime = '${runtime}'::uuid AND EXISTS (${ownershipOf(runtime)}) RETURNING runtime`;

/** Releases the store, unless somebody else holds it. */
export const releaseOf = (runtime: string): string =>
  `UPDATE public.store_lease SET holder = NULL, place = NULL WHERE holder = '${runtime}'::uuid;
   DELETE FROM public.runtime_liveness WHERE runtime = '${runtime}'::uuid`;

/** Most looks at connections that are being ended, of `ENDING_MS` each. */
const MOST_LOOKS = 5;
const ENDING_MS = 2000;

/**
 * Ends what former runtimes left of connections, and so their statements and locks. Whoever connects again is asked for the
 * lease first.
 * @returns how many could not be ended
 */
export async function endConnections(on: Queryable, names: readonly string[]): Promise<number> {
  let left = 0;
  for (let look = 0; look < MOST_LOOKS; look++) {
    const found = await on.query(
      `SELECT pg_terminate_backend(pid, ${ENDING_MS}) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND application_name = ANY ($1)
          AND pid <> pg_backend_pid()`,
      [names],
    );
    left = found.length;
    if (left === 0) return 0;
  }
  return left;
}
