import type pg from 'pg';
import { type AnswerBounds, boundedClient } from './bounded-client.ts';
import { AppError } from './errors.ts';

/**
 * Settings of every session of ours: a cluster, database or role may have others, by which the same text would mean something
 * else, or be cut off. Not among them is `default_transaction_read_only`: whoever set it wants nothing to be written.
 */
const PINNED: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  transform_null_equals: 'off',
  search_path: 'public',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // A pool closes what is idle by itself, and whoever holds a lock is idle.
  idle_session_timeout: '0',
  lock_timeout: '0',
};

export type SessionOptions = {
  /** Each statement is ended after this long, in milliseconds, 0 for never, whatever the role says; the role's own limits when unset. */
  statementTimeoutMillis?: number | undefined;
  /** What one answer may be, of a database that others write to. */
  bounds?: AnswerBounds | undefined;
  admission?: Admission | undefined;
};

/** What a new connection asks before anybody gets it. `check` throws where it may not be used. */
export type Admission = { text: string; check(rows: readonly unknown[]): void };

/**
 * Gives a new connection its settings. They are set by statements and not by parameters of the connection, which PgBouncer
 * refuses.
 */
export async function pinSession(
  client: pg.ClientBase,
  { statementTimeoutMillis: timeout, admission }: SessionOptions = {},
): Promise<void> {
  const settings = {
    ...PINNED,
    ...(timeout === undefined
      ? {}
      : { statement_timeout: timeout, lock_timeout: timeout, idle_in_transaction_session_timeout: timeout }),
  };
  const statements = Object.entries(settings).map(([name, value]) => `SET ${name} = ${quoted(name, String(value))}`);
  // Only Postgres 17 and later know it, and others refuse a name that they do not know.
  const optional =
    "SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('transaction_timeout', true) IS NOT NULL";
  // In one message: an idle store counts its queries, and most of its connections last for one or two.
  const text = [...statements, optional, ...(admission ? [admission.text] : [])].join('; ');
  const results = [await client.query(text)].flat();
  admission?.check(results.at(-1)?.rows ?? []);
}

/** A list of names is no string. */
const quoted = (name: string, value: string) => (name === 'search_path' ? value : `'${value}'`);

/** A connection of its own, outside of any pool; the caller ends it. */
export async function connect(config: pg.ClientConfig, options?: SessionOptions): Promise<pg.Client> {
  const Client = boundedClient(options?.bounds);
  const client = new Client({ connectionTimeoutMillis: 10_000, ...config });
  // Without a listener a fault between two queries would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await pinSession(client, options);
    return client;
  } catch (error) {
    void client.end().catch(() => {});
    throw error;
  }
}

/**
 * The rows that one statement answers with, over a connection of its own that lasts no longer than that.
 * @param withinMillis for the connection, and for the answer
 */
export async function askOnce(
  config: pg.ClientConfig,
  text: string,
  withinMillis: number,
): Promise<readonly unknown[]> {
  let rows: readonly unknown[] = [];
  const check = (found: readonly unknown[]) => {
    rows = found;
  };
  const within = { connectionTimeoutMillis: withinMillis, query_timeout: withinMillis };
  const client = await connect(
    { ...config, ...within },
    { statementTimeoutMillis: withinMillis, admission: { text, check } },
  );
  // Whoever asked has the answer: nobody waits for the good-bye of a server that went away.
  void client.end().catch(() => {});
  return rows;
}

const MOST_LOOKS = 5;

/**
 * Looks whether each connection has a session of its own. A pooler in transaction mode lends one to many, each for a moment:
 * settings and locks are then somebody else's.
 * @throws AppError CONFIG_INVALID
 */
export async function assertOwnSessions(connectionString: string): Promise<void> {
  const clients: pg.Client[] = [];
  try {
    for (let n = 0; n < 2; n++) clients.push(await connect({ connectionString, application_name: 'lapak-start' }));
    const seen: Set<number>[] = clients.map(() => new Set());
    for (let look = 0; look < MOST_LOOKS; look++) {
      for (const [n, client] of clients.entries()) {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        seen[n]?.add(rows[0]?.pid as number);
      }
      const [first, second] = seen as [Set<number>, Set<number>];
      if (first.size > 1 || second.size > 1 || first.intersection(second).size > 0) throw shared();
    }
  } finally {
    for (const client of clients) await client.end();
  }
}

const shared = (): AppError =>
  new AppError(
    'CONFIG_INVALID',
    'DATABASE_URL: expected a session for each connection, but a pooler in between shares them (PgBouncer with pool_mode = transaction or statement). Set pool_mode = session for the databases of Lapak, or connect to Postgres itself.',
  );
