import { stat } from 'node:fs/promises';
import { AppError } from '../../../../kernel/errors.ts';

/** How long is waited for a store's database, in milliseconds. */
export type Patience = {
  /** Without a byte of the dump or a counted table: then the backup gives its place to others. */
  yieldMs: number;
  /** Then it is ended. */
  stallMs: number;
};

export const PATIENCE: Patience = { yieldMs: 30_000, stallMs: 5 * 60_000 };

/** Stores, by tenant id, whose backups wait for their databases. They take no place from the others. */
export type Stalled = {
  ids(): readonly string[];
  begin(tenantId: string): void;
  end(tenantId: string): void;
};

export function createStalled(changed: () => void): Stalled {
  const waiting = new Set<string>();
  return {
    ids: () => [...waiting],
    begin(tenantId) {
      if (waiting.has(tenantId)) return;
      waiting.add(tenantId);
      changed();
    },
    end: (tenantId) => void waiting.delete(tenantId),
  };
}

/** A large table is counted in one statement, and read at this pace at least. */
const COUNTED_PER_MS = 50_000;
/** A dump is written at this pace at least, over all. */
const DUMPED_PER_MS = 2_000;
const SHORTEST_MS = 15 * 60_000;
const LOOK_MS = 1_000;

export type Watch = {
  /** Aborts with the reason when the work comes no further, or is at it for too long. */
  signal: AbortSignal;
  progressed(): void;
  /** Sets the deadline, by the bytes that there are to read. */
  expect(bytes: number): void;
};

/**
 * Watches over work on a store's database, which may hold it up for ever: by a lock, a policy that sleeps, or a pg_dump that
 * waits. It is ended when `file` grows by no byte and nothing else progresses, or after a time that goes by the size.
 * @throws AppError BACKUP_STALLED
 */
export async function watched<T>(
  of: { file: string; tenantId: string; patience: Patience; stalled: Stalled; signal: AbortSignal },
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const { file, tenantId, patience, stalled } = of;
  const ended = new AbortController();
  const began = performance.now();
  let progressedAt = began;
  let seen = 0;
  let bytes = 0;

  async function look(): Promise<void> {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    const now = performance.now();
    if (size > seen) progressedAt = now;
    seen = Math.max(seen, size);
    const quiet = now - progressedAt;
    if (quiet >= patience.yieldMs) stalled.begin(tenantId);
    else stalled.end(tenantId);
    if (quiet >= patience.stallMs + bytes / COUNTED_PER_MS) {
      ended.abort(stall(`nothing of the store's database could be read for ${minutes(quiet)}`));
    } else if (bytes > 0 && now - began >= SHORTEST_MS + bytes / DUMPED_PER_MS) {
      ended.abort(stall(`it was not done within ${minutes(now - began)}, which is long for its size`));
    }
  }

  const timer = setInterval(() => void look(), Math.min(LOOK_MS, patience.yieldMs / 2));
  const signal = AbortSignal.any([of.signal, ended.signal]);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const watch: Watch = {
    signal,
    progressed: () => {
      progressedAt = performance.now();
    },
    expect: (expected) => {
      bytes = expected;
    },
  };
  try {
    const working = work(watch);
    // What it still says once it was given up has no listener.
    working.catch(() => {});
    return await Promise.race([working, aborted]);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
    stalled.end(tenantId);
  }
}

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;

const stall = (what: string): AppError =>
  new AppError(
    'BACKUP_STALLED',
    `The backup was ended: ${what}. Something holds the database up (a lock, a long statement): look for it in pg_stat_activity, then back up again.`,
  );
