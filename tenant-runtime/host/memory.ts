import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { absent, replaceFile } from '../../kernel/files.ts';
import { HOSTED_SPEC } from '../../kernel/host-protocol.ts';
import { createMutex } from '../../kernel/mutex.ts';

const REMEMBERED = z.object({
  store: z.string(),
  spec: HOSTED_SPEC,
  /** What was asked for last. */
  intent: z.enum(['running', 'stopped']),
  restarts: z.int(),
  exit: z.object({ at: z.coerce.date(), error: z.string().optional() }).optional(),
});

/** What a host knows of one store beyond its own life. Holds no secret. */
export type Remembered = z.infer<typeof REMEMBERED>;

const FILE = z.object({ stores: z.array(REMEMBERED) });

export type Memory = {
  load(): Promise<Remembered[]>;
  /** Durable when it resolves. Calls that come while one writes share the next one. */
  save(): Promise<void>;
};

/** The stores of a host in a file of its folder, so that it starts them again with nobody to tell it. */
export function createMemory(folder: string, stores: () => Iterable<Remembered>): Memory {
  const path = join(folder, 'stores.json');
  const serial = createMutex<'file'>();
  let next: Promise<void> | undefined;
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(absent);
      return text === undefined ? [] : FILE.parse(JSON.parse(text)).stores;
    },
    save() {
      next ??= serial.run('file', async () => {
        next = undefined;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceFile(path, JSON.stringify({ stores: [...stores()] }), { mode: 0o600 });
      });
      return next;
    },
  };
}
