import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../../kernel/files.ts';
import type { Change } from './sealed.ts';

/** A file of the values that were taken away although nothing here opens them, as they lay sealed. */
export type Kept = {
  /** Durable when it returns; values that open are not written down. */
  add(store: string, changes: readonly Change[]): Promise<void>;
  /** Path, once something is in it. */
  path(): string | null;
};

/** One file for a run; should the lost key turn up, it opens what is in there. */
export function createKept(home: string, at: Date): Kept {
  const path = join(home, `resealed-${at.toISOString().replace(/\D/g, '').slice(0, 14)}.jsonl`);
  let used = false;
  return {
    async add(store, changes) {
      const closed = changes.filter((change) => change.closed);
      if (closed.length === 0) return;
      await mkdir(home, { recursive: true });
      const file = await open(path, 'a', 0o600);
      try {
        for (const { sealed } of closed) {
          const { spot, place, sealed: text } = sealed;
          await file.write(`${JSON.stringify({ store, ...spot, place, sealed: text })}\n`);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      if (!used) await syncFolder(home);
      used = true;
    },
    path: () => (used ? path : null),
  };
}
