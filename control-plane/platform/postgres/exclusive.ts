import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { connect } from '../../../kernel/session.ts';
import { selectLockHolder, takeLock } from './sql.ts';

/** Holds the right to be the one control plane of a database. */
export type Exclusive = { release(): Promise<void> };

/** A control plane that was killed holds the lock until Postgres has noticed; a new one waits that long. */
const PATIENCE_MS = 5_000;
const TRY_EVERY_MS = 100;

/**
 * Takes the lock that makes this process the one control plane of the database, and keeps it on a connection of its own.
 * When that connection is lost, the lock is taken again; when somebody else was faster, `onLost` is called.
 * @throws AppError ALREADY_RUNNING naming the other process
 */
export async function becomeExclusive(connectionString: string, log: Log, onLost: () => void): Promise<Exclusive> {
  let released = false;
  let client = await acquire(connectionString);
  watch(client);

  function watch(held: pg.Client): void {
    held.on('error', (error) => log.warn({ err: error }, 'the connection that holds the lock was lost'));
    held.once('end', () => {
      if (!released) void regain();
    });
  }

  async function regain(): Promise<void> {
    while (!released) {
      try {
        client = await acquire(connectionString);
        watch(client);
        if (released) await client.end();
        return;
      } catch (error) {
        if (error instanceof AppError) return onLost();
        await sleep(1000, undefined, { ref: false });
      }
    }
  }

  return {
    async release() {
      released = true;
      await client.end();
    },
  };
}

async function acquire(connectionString: string): Promise<pg.Client> {
  const application_name = `lapak control plane, process ${process.pid} on ${hostname()}`.slice(0, 63);
  const client = await connect({ connectionString, application_name, keepAlive: true }, { statementTimeoutMillis: 0 });
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(TRY_EVERY_MS)) {
    if (await takeLock(client)) return client;
    if (Date.now() >= end) break;
  }
  const holder = (await selectLockHolder(client)) || 'unknown';
  await client.end();
  throw new AppError('ALREADY_RUNNING', `Another control plane (${holder}) works on this database. Stop it first.`);
}
