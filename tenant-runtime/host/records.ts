import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { absent, replaceFile } from '../../kernel/files.ts';
import { HOSTED_SPEC } from '../../kernel/host-protocol.ts';
import { createMutex } from '../../kernel/mutex.ts';

const RECORD = z.object({
  store: z.string(),
  spec: HOSTED_SPEC,
  /** What was asked for last. */
  intent: z.enum(['running', 'stopped']),
  restarts: z.int(),
  exit: z.object({ at: z.coerce.date(), error: z.string().optional() }).optional(),
});

/** What a host knows of one store beyond one start of it. Holds no secret. */
export type StoreRecord = z.infer<typeof RECORD>;

const FILE = z.object({
  stores: z.array(RECORD),
  /** Whether the host is at work; where one finds it so at its start, the former died. */
  isOpen: z.boolean(),
  /** The store whose fault it was that the host ended. */
  culprit: z.string().optional(),
});

export type Records = {
  load(): Promise<{ stores: StoreRecord[]; diedBefore: boolean; culprit?: string | undefined }>;
  /** Durable when it resolves. Calls that come while one writes share the next one. */
  save(): Promise<void>;
  /** The same, and says that the host ended as it should, or whose fault it is that it does not. */
  close(culprit?: string): Promise<void>;
};

/** The stores of a host in a file of its folder, so that it starts them again with nobody to tell it. */
export function createRecords(folder: string, stores: () => Iterable<StoreRecord>): Records {
  const path = join(folder, 'stores.json');
  const serial = createMutex<'file'>();
  let state: { isOpen: boolean; culprit?: string } = { isOpen: true };
  let next: Promise<void> | undefined;

  function save(): Promise<void> {
    next ??= serial.run('file', async () => {
      next = undefined;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(path, JSON.stringify({ stores: [...stores()], ...state }), { mode: 0o600 });
    });
    return next;
  }

  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(absent);
      if (text === undefined) return { stores: [], diedBefore: false };
      const file = FILE.parse(JSON.parse(text));
      return { stores: file.stores, diedBefore: file.isOpen, culprit: file.culprit };
    },
    save,
    close(culprit) {
      state = culprit === undefined ? { isOpen: false } : { isOpen: true, culprit };
      return save();
    },
  };
}
