import { afterAll, afterEach } from 'vitest';
import { forgetJournals, takeLines } from './last-lines.ts';

/* Before each file of tests: a test that fails says what its stores, control planes and processes wrote meanwhile. */
forgetJournals();
let ran = false;

afterEach(({ task }) => {
  ran = true;
  const lines = takeLines();
  if (task.result?.state === 'fail' && lines) console.error(lines);
});

afterAll(() => {
  // No test came to run: what all of them need has failed.
  if (!ran) console.error(takeLines());
});
