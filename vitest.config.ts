import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { nameSecondAttempts } from './tests/support/second-attempts.ts';

/** Files that take minutes, mostly of waiting: begun first, so that none of them is left to run alone at the end. */
const LONG = /journey|chaos|broadcast-2000|crash|e2e|docker|settlement|restores|drills|replacement|upgrade/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = (file: TestSpecification) => LONG.test(file.moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for may take its time on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Each file starts real processes and databases, and waits for them more than it works: two cores carry three.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // A thousand tests of real processes, on machines that others use too. By hand each has one attempt.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', nameSecondAttempts()],
  },
});
