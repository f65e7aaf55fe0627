import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnvFile } from '../../../kernel/config.ts';
import { claimFolder, type Installation, ownerOf } from '../../platform/ownership/index.ts';
import { SECRET_NAMES } from './environment.ts';

/**
 * Makes the folder of a store ours, before anything is written into it.
 * @param dataKey the store's DATA_ENCRYPTION_KEY, which no other store has, and which never changes
 * @throws AppError FOLDER_TAKEN when it is a store of another control plane
 */
export async function claimStoreFolder(folder: string, mine: Installation, dataKey: string | undefined): Promise<void> {
  await claimFolder(folder, mine, () => holdsStore(folder, dataKey));
}

/** Whether it may be removed: it is not a store's of another control plane. */
export async function isOurFolder(folder: string, mine: Installation, dataKey: string | undefined): Promise<boolean> {
  const owner = await ownerOf(folder);
  return owner ? owner.id === mine.id : holdsStore(folder, dataKey);
}

/** A folder of before there were marks is the store's whose key is in it; one that names no key is nobody else's. */
async function holdsStore(folder: string, dataKey: string | undefined): Promise<boolean> {
  const text = await readFile(join(folder, 'bot.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const found = parseEnvFile(text)[SECRET_NAMES.dataKey];
  return found === undefined || found === dataKey;
}
