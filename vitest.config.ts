import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { nameSecondAttempts } from './tests/support/second-attempts.ts';

/** Files that take the longest: begun first, so that none of them is left to run alone at the end. */
const LONG =
  /journey|adding-a-module|crash|restores|reseal|upgrade|cli\/real|doctor|statistics|rehearsal|chaos|demo|docker|drills/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = (file: TestSpecification) => LONG.test(file.moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const both = {
  pool: 'forks',
  setupFiles: 'tests/support/on-failure.ts',
  // What is waited for may take its time on a busy machine: a limit ends what hangs, and judges nothing.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 90_000 } },
  // CI shares its machine: a second attempt passes there, and is named as the defect that it is. By hand each test has one.
  retry: process.env.CI ? 1 : 0,
} as const;

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    // Each file starts databases and processes, and waits for them more than it works: two cores carry three.
    maxWorkers: 3,
    reporters: ['default', nameSecondAttempts()],
    sequence: { sequencer: LongFirst },
    projects: [
      // `npm test`. No module of Lapak holds state, so files share the modules of a worker.
      { test: { ...both, name: 'tests', include: ['tests/**/*.test.ts'], isolate: false } },
      // `npm run drills`: whatever needs a real engine, kills processes at every step, or takes minutes.
      { test: { ...both, name: 'drills', include: ['tests/**/*.drill.ts'] } },
    ],
  },
});
