import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import { replaceFile } from '../../../kernel/files.ts';
import { shortId } from '../../../kernel/ids.ts';

/** A control plane, as the folders that belong to it name it. */
export type Installation = {
  /** Of the control database; a recovery brings it back. */
  id: string;
  /** Its LAPAK_HOME and its machine, for people. */
  home: string;
  host: string;
};

/** In LAPAK_HOME and in the folder of each store. */
export const MARK_FILE = '.lapak-owner.json';
const MOST_SHOWN = 200;

const Mark = z.object({ id: z.uuid(), home: z.string(), host: z.string() });

/** The control plane that a folder belongs to; undefined when nobody has marked it. @throws AppError FOLDER_TAKEN */
export async function ownerOf(folder: string): Promise<Installation | undefined> {
  const file = join(folder, MARK_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return Mark.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError(
      'FOLDER_TAKEN',
      `${file}, which says whose folder this is, cannot be read. Is it this control plane's, delete that file.`,
      { cause },
    );
  }
}

export type StrangerFolder = { folder: string; owner: Installation };

/** Says whose folder it is, and what to do. */
export function stranger({ folder, owner }: StrangerFolder): AppError {
  const shown = (text: string) => text.replace(/\p{C}/gu, '?').slice(0, MOST_SHOWN);
  return new AppError(
    'FOLDER_TAKEN',
    `${folder} belongs to another control plane (${owner.id}, LAPAK_HOME ${shown(owner.home)} on ${shown(owner.host)}), and is left alone. Give each control plane a LAPAK_HOME and a LAPAK_DEPLOYMENTS of its own. Is that one gone for good, delete ${join(folder, MARK_FILE)}: the folder then belongs to this one.`,
    { details: { folder, owner: owner.id } },
  );
}

/**
 * Marks a folder as ours, making it if need be; of two that try at once, one succeeds. May be repeated.
 * @param isOurs asked of a folder that nobody has marked
 * @throws AppError FOLDER_TAKEN when it belongs to another control plane
 */
export async function claimFolder(
  folder: string,
  mine: Installation,
  isOurs: () => Promise<boolean> = async () => true,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const owner = (await ownerOf(folder)) ?? ((await isOurs()) ? await mark(folder, mine) : nobodyKnown);
  if (owner.id !== mine.id) throw stranger({ folder, owner });
}

/** A folder of before there were marks, which holds what is not ours. */
const nobodyKnown: Installation = { id: 'unknown', home: 'unknown', host: 'this machine' };

/** @returns whose it is now: a link does not take the place of one that is there */
async function mark(folder: string, mine: Installation): Promise<Installation> {
  const aside = join(folder, `${MARK_FILE}.${shortId(6)}.new`);
  try {
    const file = await open(aside, 'wx', 0o644);
    try {
      await file.writeFile(content(mine));
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, join(folder, MARK_FILE));
    return mine;
  } catch (error) {
    const owner = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await ownerOf(folder) : undefined;
    if (owner) return owner;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Makes a folder ours, whoever's it was: for an operator who said so. */
export async function takeOver(folder: string, mine: Installation): Promise<void> {
  await replaceFile(join(folder, MARK_FILE), content(mine));
}

const content = ({ id, home, host }: Installation): string => `${JSON.stringify({ id, home, host })}\n`;
