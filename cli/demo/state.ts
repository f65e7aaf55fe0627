import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { absent } from '../../kernel/files.ts';
import { randomSecret, shortId } from '../../kernel/ids.ts';
import { CliError, EXIT } from '../exit.ts';
import { DEMO_STORE } from './options.ts';

const Person = z.object({ id: z.number(), firstName: z.string(), username: z.string() });

/** A process, told apart from a later one that got the same number. */
const KnownProcess = z.object({ role: z.string(), pid: z.number(), born: z.string() });
export type KnownProcess = z.infer<typeof KnownProcess>;

/** What the demo must know again at its next run: the sandbox forgets everything when it stops. */
const DemoState = z.object({
  sandboxPort: z.number(),
  bot: z.object({ token: z.string(), username: z.string() }),
  seller: Person,
  customer: Person,
  pakasir: z.object({ slug: z.string(), apiKey: z.string() }),
  /** Codes of the products that the seller has put on the shelf. */
  stocked: z.array(z.string()),
  processes: z.array(KnownProcess),
});
export type DemoState = z.infer<typeof DemoState>;

export type StateFile = {
  read(): Promise<DemoState | undefined>;
  write(state: DemoState): Promise<void>;
};

/** `demo.json` in the demo's folder; 0600, since it holds the token of the demo's bot. */
export function createStateFile(home: string): StateFile {
  const file = join(home, 'demo.json');
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch(absent);
      if (text === undefined) return undefined;
      try {
        return DemoState.parse(JSON.parse(text));
      } catch (cause) {
        throw new CliError(`${file} is damaged, or was written by another version.`, {
          exit: EXIT.failed,
          code: 'DEMO_STATE_UNREADABLE',
          hints: [`Begin afresh: remove the folder ${home} (once no process of an earlier demo is running).`],
          cause,
        });
      }
    },
    async write(state) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}

/** The supervisor of a new demo. */
export function newState(sandboxPort: number): DemoState {
  return {
    sandboxPort,
    bot: { token: `${randomInt(1_000_000_000, 7_000_000_000)}:${randomSecret(27)}`, username: 'warung_demo_bot' },
    seller: { id: randomInt(100_000_000, 500_000_000), firstName: 'Bu Rini', username: 'rini_warung' },
    customer: { id: randomInt(500_000_000, 900_000_000), firstName: 'Budi', username: 'budi_jajan' },
    pakasir: { slug: DEMO_STORE, apiKey: `demo_${shortId(24)}` },
    stocked: [],
    processes: [],
  };
}
