import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../../../kernel/files.ts';

const exit = z.object({
  code: z.number().nullable(),
  signal: z.string().optional(),
  outOfMemory: z.boolean(),
  at: z.coerce.date(),
});

/** What the driver knows of one store; a file below the state folder. Holds no secret. */
const RECORD = z.object({
  store: z.string(),
  name: z.string(),
  folder: z.string(),
  specHash: z.string(),
  generation: z.number(),
  ports: z.object({ telegram: z.number(), pakasir: z.number() }),
  memoryMb: z.number(),
  /** What the control plane wants; a process that contradicts it is stopped, or started. */
  intent: z.enum(['running', 'stopped']),
  /** The process that was started; its absence with intent `running` means back-off, or a crash of the control plane. */
  process: z.object({ pid: z.number(), started: z.string(), at: z.coerce.date() }).optional(),
  /** Restarts since the control plane asked for this spec. */
  restarts: z.number(),
  /** Crashes in a row that count for the next delay. */
  streak: z.number(),
  /** Not before this time may the next start happen. */
  notBefore: z.coerce.date().optional(),
  exit: exit.optional(),
});

export type TenantRecord = z.infer<typeof RECORD>;

export type Records = {
  /** Every record of the folder. */
  load(): Promise<TenantRecord[]>;
  /** Durable when it resolves: written aside, synced, renamed. */
  save(record: TenantRecord): Promise<void>;
  delete(store: string): Promise<void>;
};

export function createRecords(dir: string): Records {
  const path = (store: string) => join(dir, `${store}.json`);
  return {
    async load() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const files = (await readdir(dir)).filter((file) => file.endsWith('.json'));
      return Promise.all(files.map(async (file) => RECORD.parse(JSON.parse(await readFile(join(dir, file), 'utf8')))));
    },
    save: (record) => replaceFile(path(record.store), JSON.stringify(record, null, 2), { mode: 0o600 }),
    delete: (store) => rm(path(store), { force: true }),
  };
}
