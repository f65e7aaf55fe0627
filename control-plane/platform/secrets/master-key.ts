import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SealingKey, sealingKey } from '../../../kernel/crypto.ts';
import { AppError } from '../../../kernel/errors.ts';
import { absent, syncFolder } from '../../../kernel/files.ts';
import { shortId } from '../../../kernel/ids.ts';

const FILE = 'master.key';

/** Where the master key is kept: a path, or the name of the variable. */
export const keyPlace = (configured: readonly string[], home: string): string =>
  configured.length > 0 ? 'LAPAK_MASTER_KEY' : join(home, FILE);

/**
 * The master keys, the one that seals first: those of the configuration, else the key file below `home`, which is made
 * when it is not there.
 * @throws AppError CONFIG_INVALID for a key file that others may read or that holds no key
 */
export async function loadMasterKeys(configured: readonly string[], home: string): Promise<SealingKey[]> {
  const found = await findMasterKeys(configured, home);
  if (found) return found;
  await makeKeyFile(home, join(home, FILE));
  return (await findMasterKeys(configured, home)) as SealingKey[];
}

/** The same, undefined when there is none. @throws AppError CONFIG_INVALID */
export async function findMasterKeys(configured: readonly string[], home: string): Promise<SealingKey[] | undefined> {
  if (configured.length > 0) return configured.map(sealingKey);
  const file = join(home, FILE);
  const text = await readFile(file, 'utf8').catch(absent);
  if (text === undefined) return undefined;
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new AppError('CONFIG_INVALID', `${file}: expected a file that only its owner may read (chmod 600 ${file})`);
  }
  return text
    .trim()
    .split(/[,\n]/)
    .map((line) => sealingKey(line.trim()));
}

/** Written aside and linked: two starters end up with one key, and a crash leaves no half file. */
async function makeKeyFile(home: string, file: string): Promise<void> {
  await mkdir(home, { recursive: true });
  const aside = `${file}.${shortId()}`;
  await writeFile(aside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
  await syncFolder(home);
}
