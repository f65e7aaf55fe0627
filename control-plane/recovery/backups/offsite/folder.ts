import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import { META_SUFFIX, opener, PART_SUFFIX, publish, removeArchive, sweepLeftovers } from '../archive/index.ts';
import { type OffsitePlace, readMeta } from './place.ts';

/**
 * Copies into a folder. `base` has to be there: what is a mounted disk must not be made up when it is not mounted.
 * @param dir the folder of the store in it, which is made
 */
export function folderPlace(base: string, dir: string): OffsitePlace {
  return {
    locate: (file) => join(dir, file),
    put: (path, signal) =>
      reporting(base, async () => {
        await stat(base);
        await mkdir(dir, { recursive: true, mode: 0o750 });
        await sweepLeftovers(dir);
        const target = join(dir, basename(path));
        try {
          await pipeline(
            createReadStream(path, { highWaterMark: 262_144 }),
            createWriteStream(target + PART_SUFFIX, { mode: 0o600, flush: true }),
            { signal },
          );
          await publish(target, await readFile(path + META_SUFFIX, 'utf8'));
        } catch (error) {
          await rm(target + PART_SUFFIX, { force: true });
          throw error;
        }
      }),
    get: (file) =>
      reporting(base, async () => {
        await stat(base);
        const path = join(dir, file);
        try {
          const { size } = await stat(path);
          const meta = await readMeta(createReadStream(path + META_SUFFIX));
          const open = opener(path);
          return { name: file, meta, size, open: async (start: number) => open(start) };
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
          throw error;
        }
      }),
    remove: (file) => reporting(base, () => removeArchive(join(dir, file))),
  };
}

async function reporting<T>(base: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new AppError('OFFSITE_UNAVAILABLE', `The folder ${base} cannot be used: ${errorMessage(error)}.`, {
      cause: error,
    });
  }
}
