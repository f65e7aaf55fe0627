import type { Socket } from 'node:net';
import pg from 'pg';
import { boundedClient } from './bounded-client.ts';
import { sha256Hex } from './crypto.ts';
import { pinSession, type SessionOptions } from './session.ts';

/** Runs one statement and returns its rows. `text` holds no values: they go in `values` as `$1`, `$2`, … */
export type Queryable = {
  query<R = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<R[]>;
};

/** A transaction that is open. A function that is given one uses no other connection. */
export type Tx = Queryable & {
  /** Runs `hook` once the transaction has committed; never when it rolled back. Must not throw. */
  afterCommit(hook: () => void): void;
};

export type Db = Queryable & {
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while this process holds the named lock in the cluster, or returns `undefined` at once when somebody
   * else does. The lock dies with the connection, so a killed process leaves none behind. No transaction is open.
   */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
};

const INT8 = 20;

/**
 * Type parsers of every Lapak connection: bigint (money, Telegram ids) becomes a JavaScript number, and a value
 * beyond the safe range is an error rather than a rounded amount.
 */
const pgTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return parseInt8;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint from the database is beyond the safe integers');
  return value;
}

export type DbOptions = SessionOptions & {
  connectionString: string;
  /** Most connections at one time. */
  max?: number;
  /** A connection that was idle for this long is closed, in milliseconds. */
  idleTimeoutMillis?: number;
  applicationName?: string;
  /** Statements that each connection begins with, after the settings that all have. */
  onConnect?: string;
  /** When it aborts, every connection is broken off, whatever it is at. */
  signal?: AbortSignal;
  /** Called with faults of idle connections (the server went away); the pool replaces them by itself. */
  onIdleError?: (error: Error) => void;
  /** Called when a connection broke or was ended by the server, idle or not. */
  onConnectionLost?: () => void;
};

export function createPool(options: DbOptions): pg.Pool {
  const { onConnect } = options;
  const pool = new pg.Pool({
    Client: boundedClient(options.bounds),
    connectionString: options.connectionString,
    max: options.max ?? 5,
    idleTimeoutMillis: options.idleTimeoutMillis ?? 10_000,
    connectionTimeoutMillis: 10_000,
    application_name: options.applicationName ?? 'lapak',
    types: pgTypes,
    async onConnect(client) {
      await pinSession(client, options);
      if (onConnect !== undefined) await client.query(onConnect);
    },
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // A connection that breaks in the moment between the pool's care and that of whoever took it would end the process.
  // The next statement on it fails, and it does not go back into the pool.
  pool.on('connect', (client) => client.on('error', () => options.onConnectionLost?.()));
  const { signal } = options;
  if (signal) pool.on('connect', (client) => breakOffOn(signal, client));
  return pool;
}

function breakOffOn(signal: AbortSignal, client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const breakOff = () => void stream.destroy();
  if (signal.aborted) breakOff();
  signal.addEventListener('abort', breakOff, { once: true });
  client.once('end', () => signal.removeEventListener('abort', breakOff));
}

/** With the other connections of a store, fewer than its role may have. */
const MOST_LOCKS = 30;

export function createDb(options: DbOptions): Db {
  // Locks have connections of their own: work that holds one still finds a connection in the pool.
  const locks = createPool({ ...options, max: MOST_LOCKS });
  return dbFromPool(createPool(options), locks);
}

/** The Db port over pools that somebody else made (with `types: pgTypes`); locks are held on `locks`. */
export function dbFromPool(pool: pg.Pool, locks: pg.Pool = pool): Db {
  const run = createRun();
  return {
    query: (text, values) => run(pool, text, values),
    tx: (work) => transact(run, pool, work),
    withLock: (name, work) => withLock(run, locks, name, work),
    async close() {
      await pool.end();
      if (locks !== pool) await locks.end();
    },
  };
}

type Run = <R>(on: pg.Pool | pg.PoolClient, text: string, values?: readonly unknown[]) => Promise<R[]>;

/** Beyond so many texts they are generated ones, which each connection would remember for nothing. */
const MOST_PREPARED = 1000;

/** Statements with values are prepared: each connection parses one once, and plans it anew only where that pays. */
function createRun(): Run {
  const names = new Map<string, string>();

  /** The same text has the same name wherever it comes from: pools may be shared. */
  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known || names.size >= MOST_PREPARED) return known;
    const name = `lapak_${sha256Hex(text).slice(0, 32)}`;
    names.set(text, name);
    return name;
  }

  return async <R>(on: pg.Pool | pg.PoolClient, text: string, values?: readonly unknown[]) => {
    const name = values && nameOf(text);
    const result = await on.query({ text, ...(values ? { values: [...values] } : {}), ...(name ? { name } : {}) });
    return result.rows as R[];
  };
}

/**
 * A connection taken from the pool. Between two statements a lost one tells so by an `error` event, which would end the
 * process if nobody listened; the next statement on it fails, and it does not go back into the pool.
 */
async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let fault: Error | undefined;
  const onError = (error: Error) => {
    fault = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } finally {
    client.off('error', onError);
    client.release(fault);
  }
}

async function transact<T>(run: Run, pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const hooks: (() => void)[] = [];
  const result = await withClient(pool, async (client) => {
    await client.query('BEGIN');
    try {
      const value = await work({
        query: (text, values) => run(client, text, values),
        afterCommit: (hook) => hooks.push(hook),
      });
      await client.query('COMMIT');
      return value;
    } catch (error) {
      // A connection that cannot even roll back is broken: it is destroyed, and the server rolls back.
      await client.query('ROLLBACK').catch((broken: Error) => client.emit('error', broken));
      throw error;
    }
  });
  for (const hook of hooks) hook();
  return result;
}

async function withLock<T>(run: Run, pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T | undefined> {
  return withClient(pool, async (client) => {
    const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held';
    const [row] = await run<{ held: boolean }>(client, text, [name]);
    if (!row?.held) return undefined;
    try {
      return await work();
    } finally {
      // A connection that cannot unlock is destroyed, and its lock with it.
      const unlock = run(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      await unlock.catch((broken: Error) => client.emit('error', broken));
    }
  });
}

/** Asks the database for nothing but an answer. Rejects when there is none. */
export async function ping(on: Queryable): Promise<void> {
  await on.query('SELECT 1');
}

/** True when `error` is a violation of the named unique constraint or index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const candidate = error as { code?: string; constraint?: string } | null;
  return candidate?.code === '23505' && (constraint === undefined || candidate.constraint === constraint);
}
