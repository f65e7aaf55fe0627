import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absent, syncFolder } from '../../../../kernel/files.ts';
import { META_SUFFIX, PART_SUFFIX } from './format.ts';

/**
 * Gives `<file>.part` and a meta text their names. The archive comes last: whoever sees it sees a whole one with its meta,
 * and what a crash leaves in between is swept.
 */
export async function publish(file: string, meta: string): Promise<void> {
  const metaFile = file + META_SUFFIX;
  await writeFile(metaFile + PART_SUFFIX, meta, { mode: 0o600, flush: true });
  await rename(metaFile + PART_SUFFIX, metaFile);
  await rename(file + PART_SUFFIX, file);
  await syncFolder(dirname(file));
}

/**
 * Removes what writers that were killed left in a folder: files that were never finished, and meta files without their
 * archive. Only while nobody writes there. @returns the names that were removed
 */
export async function sweepLeftovers(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(absent)) ?? [];
  const there = new Set(names);
  const left = names.filter(
    (name) =>
      name.endsWith(PART_SUFFIX) || (name.endsWith(META_SUFFIX) && !there.has(name.slice(0, -META_SUFFIX.length))),
  );
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
  return left;
}

/** Removes an archive and its meta; the archive first, so that nothing is left that looks whole. */
export async function removeArchive(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(file + META_SUFFIX, { force: true });
}
