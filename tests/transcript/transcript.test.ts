import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playAdminsDay } from './admins-day.ts';
import { playCustomersDay } from './customers-day.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const REWRITE = 'UPDATE_DOCS=true npx vitest run tests/transcript';

test.each([
  ['a-customers-day.md', playCustomersDay],
  ['an-admins-day.md', playAdminsDay],
] as const)('docs/%s is what the bot says today', async (name, play) => {
  const page = await play();
  const path = join(DOCS, name);
  if (process.env.UPDATE_DOCS === 'true') await writeFile(path, page);
  const written = await readFile(path, 'utf8').catch(() => '');
  expect(page, `docs/${name} is out of date. Rewrite it, and read what changed: ${REWRITE}`).toBe(written);
});
