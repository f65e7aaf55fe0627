import { expect, test } from 'vitest';
import { createDueQueue } from '../../control-plane/platform/due-queue.ts';
import { createBackgroundTasks } from '../../kernel/background-tasks.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';

const log = createLog({ service: 'tests', level: 'silent' });

/** A queue in a running loop; the test lets each piece of work end. */
function startQueue(concurrency?: number) {
  const tasks = createBackgroundTasks({ clock: systemClock, log });
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const queue = createDueQueue<string>({
    ...{ name: 'queue', activate: tasks.activator('queue'), log, ...(concurrency && { concurrency }) },
    async work(key, item) {
      begun.push(`${key} ${item}`);
      const end = Promise.withResolvers<void>();
      ends.set(key, end);
      await end.promise;
    },
  });
  tasks.register(queue.task);
  tasks.start();
  const has = (...expected: string[]) => expect.poll(() => begun).toEqual(expected);
  return { queue, has, end: (key: string) => ends.get(key)?.resolve(), fail: ends, stop: tasks.stop };
}

test('work of one key waits for its end, that of another key does not', async () => {
  const { queue, has, end, stop } = startQueue();
  queue.set('a', 'first');
  queue.set('b', 'first');
  await has('a first', 'b first');
  queue.set('a', 'second');
  end('a');
  await has('a first', 'b first', 'a second');
  end('a');
  end('b');
  await expect.poll(() => queue.has('a') || queue.has('b')).toBe(false);
  await stop();
});

test('no more keys are worked on at once than there is room for, and the next begins when one has ended or failed', async () => {
  const { queue, has, end, fail, stop } = startQueue(2);
  for (const key of ['a', 'b', 'c', 'd']) queue.set(key, 'now');
  await has('a now', 'b now');
  fail.get('a')?.reject(new Error('the work fails'));
  await has('a now', 'b now', 'c now');
  end('b');
  await has('a now', 'b now', 'c now', 'd now');
  end('c');
  end('d');
  await stop();
});

test('work begins at its time, and another time takes the place of the one before', async () => {
  const { queue, has, end, stop } = startQueue();
  queue.set('late', 'in an hour', 3_600_000);
  queue.set('a', 'in an hour', 3_600_000);
  queue.set('a', 'soon', 5);
  await has('a soon');
  expect(queue.has('late')).toBe(true);
  end('a');
  await stop();
});

test('stopping waits for the work at hand and begins no other', async () => {
  const { queue, has, end, stop } = startQueue(1);
  queue.set('a', 'now');
  queue.set('b', 'now');
  await has('a now');
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  end('a');
  await stopping;
  await has('a now');
});
