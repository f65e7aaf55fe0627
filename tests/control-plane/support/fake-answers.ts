import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What a store's fake runtime answers from now on, by path; null is never answered. The file is there whole or not at
 * all: the control plane asks at any moment.
 */
export async function setAnswers(folder: string, answers: Record<string, unknown>): Promise<void> {
  const file = join(folder, 'says.json');
  await writeFile(`${file}.new`, JSON.stringify(answers));
  await rename(`${file}.new`, file);
}

/** The fake runtime answers for itself again. */
export const clearAnswers = (folder: string): Promise<void> => rm(join(folder, 'says.json'), { force: true });
