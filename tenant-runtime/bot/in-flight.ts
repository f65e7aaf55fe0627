import type { Update } from 'grammy/types';
import { backoffMs } from '../../kernel/backoff.ts';
import { createMutex } from '../../kernel/mutex.ts';
import { pause } from '../../kernel/pause.ts';
import { senderOf } from './updates.ts';

/** Updates that were received and may not be committed yet: those of one person in their order, others side by side. */
export type InFlight = {
  /** Takes up those that are new; returns how many. */
  take(updates: readonly Update[]): number;
  /** The first update that Telegram must not forget yet; everything below it is committed. 0 before the first. */
  offset(): number;
  size(): number;
  /** Resolves when none is left. */
  idle(): Promise<void>;
};

const RETRY = { firstMs: 500, maxMs: 30_000 };

/**
 * One that cannot be handled now (the database is away) is tried again and again, longer apart each time; meanwhile only
 * what the same person sent later waits. Nothing is tried again once `signal` aborts: the update comes again by itself.
 */
export function createInFlight(deps: {
  handle(update: Update): Promise<void>;
  onFailure(error: unknown): void;
  signal: AbortSignal;
}): InFlight {
  const serial = createMutex<number>();
  /** Received, and not yet below the offset. */
  const known = new Set<number>();
  const open = new Set<number>();
  let newest = -1;
  let offset = 0;

  async function untilCommitted(update: Update): Promise<void> {
    for (let failures = 1; !deps.signal.aborted; failures += 1) {
      try {
        await deps.handle(update);
        open.delete(update.update_id);
        advance();
        return;
      } catch (error) {
        deps.onFailure(error);
        await pause(backoffMs(failures, RETRY), deps.signal);
      }
    }
  }

  function advance(): void {
    offset = Math.max(offset, open.size === 0 ? newest + 1 : Math.min(...open));
    for (const id of known) if (id < offset && !open.has(id)) known.delete(id);
  }

  return {
    take(updates) {
      const fresh = updates.filter(({ update_id: id }) => !known.has(id));
      for (const update of fresh) {
        known.add(update.update_id);
        open.add(update.update_id);
        newest = Math.max(newest, update.update_id);
      }
      for (const update of fresh) void serial.run(senderOf(update)?.id ?? 0, () => untilCommitted(update));
      return fresh.length;
    },
    offset: () => offset,
    size: () => open.size,
    idle: serial.idle,
  };
}
