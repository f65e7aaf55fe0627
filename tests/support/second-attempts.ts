import type { Reporter, TestModule } from 'vitest/node';

/** Names at the end what passed only at its second attempt: nobody is stopped by it, and nobody overlooks it. */
export function nameSecondAttempts(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      const flaky = modules.flatMap((module) =>
        [...module.children.allTests()].filter((one) => one.diagnostic()?.flaky),
      );
      if (flaky.length === 0) return;
      process.stderr.write(`\n${flaky.length} passed only at a second attempt; each is a defect to look into:\n`);
      for (const one of flaky) {
        const why = one.result().errors?.[0]?.message.split('\n')[0] ?? 'no reason given';
        process.stderr.write(`  ${one.module.relativeModuleId} > ${one.fullName}: ${why}\n`);
      }
    },
  };
}
