import { createReadStream } from 'node:fs';
import { AppError } from '../../../kernel/errors.ts';
import type { DumpTarget } from '../backups/index.ts';
import { compareRows, pgRestore } from '../restores/index.ts';
import { isCounted, type SelfManifest } from '../self-backup/index.ts';

/** Loads the dump of a control database, and sees that nothing is missing. @throws AppError BACKUP_DAMAGED */
export async function loadControl(
  target: DumpTarget,
  dump: string,
  manifest: SelfManifest,
  tools: { pgRestore: string; major: number },
  signal: AbortSignal,
): Promise<void> {
  await pgRestore(target, createReadStream(dump), tools, signal);
  const { difference } = await compareRows(target, manifest.rows, isCounted);
  if (difference) throw new AppError('BACKUP_DAMAGED', `The backup does not hold what it should: ${difference}.`);
}
