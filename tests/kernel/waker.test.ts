import { expect, test } from 'vitest';
import { createWaker } from '../../kernel/waker.ts';

/** Work whose runs the test lets end one by one. */
function gatedWork(results: (number | undefined | Error)[]) {
  const gates: (() => void)[] = [];
  let atWork = 0;
  let most = 0;
  const begun: (() => void)[] = [];
  const runs = results.map(() => new Promise<void>((resolve) => begun.push(resolve)));
  let count = 0;
  const work = async () => {
    const result = results[count];
    begun[count]?.();
    count += 1;
    atWork += 1;
    most = Math.max(most, atWork);
    await new Promise<void>((resolve) => gates.push(resolve));
    atWork -= 1;
    if (result instanceof Error) throw result;
    return result;
  };
  return { work, runs, end: () => gates.shift()?.(), count: () => count, most: () => most };
}

test('a wake during a run makes one more run after it, never two at once', async () => {
  const gated = gatedWork([undefined, undefined]);
  const waker = createWaker({ work: gated.work, onFault: () => 1 });
  waker.start();
  await gated.runs[0];
  waker.wake();
  waker.wake();
  gated.end();
  await gated.runs[1];
  gated.end();
  await waker.stop();
  expect(gated.count()).toBe(2);
  expect(gated.most()).toBe(1);
});

test('a run that fails is made again after the time that onFault says, counting failures in a row', async () => {
  const failures: number[] = [];
  const gated = gatedWork([new Error('a'), new Error('b'), undefined]);
  const waker = createWaker({
    work: gated.work,
    onFault(_error, count) {
      failures.push(count);
      return 1;
    },
  });
  waker.start();
  for (const run of gated.runs) {
    await run;
    gated.end();
  }
  await waker.stop();
  expect(failures).toEqual([1, 2]);
});

test('stopping waits for the run at work and starts no other', async () => {
  const gated = gatedWork([1, 1]);
  const waker = createWaker({ work: gated.work, onFault: () => 1 });
  waker.start();
  await gated.runs[0];
  const stopped = waker.stop();
  waker.wake();
  gated.end();
  await stopped;
  expect(gated.count()).toBe(1);
});
