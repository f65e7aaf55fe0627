import { expect, test } from 'vitest';
import { backoffMs } from '../../kernel/backoff.ts';
import { withDeadline } from '../../kernel/deadline.ts';
import { AppError } from '../../kernel/errors.ts';
import { createMutex } from '../../kernel/mutex.ts';
import { createSemaphore, forEachConcurrently } from '../../kernel/semaphore.ts';

test('a semaphore lets so many calls run at once, in the order in which they came, also after one threw', async () => {
  const semaphore = createSemaphore(2);
  const order: number[] = [];
  let [atOnce, most] = [0, 0];
  const call = (id: number) =>
    semaphore.run(async () => {
      order.push(id);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      if (id === 1) throw new Error('one call fails');
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(call));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('a call that waits for a semaphore gives up its place when its signal aborts', async () => {
  const semaphore = createSemaphore(1);
  const first = Promise.withResolvers<void>();
  const running = semaphore.run(() => first.promise);
  const abort = new AbortController();
  const waiting = semaphore.run(async () => 'ran', abort.signal);
  const last = semaphore.run(async () => 'last');
  abort.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  first.resolve();
  await running;
  expect(await last).toBe('last');
});

test('work on many items stops taking new ones after the first error, and ends what it holds', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error('the second item fails');
    await new Promise(setImmediate);
    ended.push(item);
  };
  await expect(forEachConcurrently(2, [0, 1, 2, 3, 4, 5, 6, 7], work)).rejects.toThrow('the second item fails');
  expect(ended).toContain(0);
  expect(ended).not.toContain(7);
});

test('a deadline ends the wait and aborts the work; a parent that aborts ends it with its own reason', async () => {
  const signals: AbortSignal[] = [];
  const endless = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>(() => {});
  };
  await expect(withDeadline(1, 'The engine', endless)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(signals[0]?.aborted).toBe(true);
  const parent = new AbortController();
  const held = withDeadline(60_000, 'The engine', endless, parent.signal);
  parent.abort(new Error('the control plane stops'));
  await expect(held).rejects.toThrow('the control plane stops');
  expect(await withDeadline(60_000, 'The engine', async () => 7)).toBe(7);
});

test('work that is given a grace comes to a safe point after the abort, and is left when it does not', async () => {
  const parent = new AbortController();
  const aborted = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener('abort', resolve));
  const run = (work: (signal: AbortSignal) => Promise<unknown>, graceMs: number, ms = 1) =>
    withDeadline(ms, 'The step', work, parent.signal, graceMs);
  expect(await run((signal) => aborted(signal).then(() => 'safe'), 60_000)).toBe('safe');
  const plain = run((signal) => aborted(signal).then(() => Promise.reject(new Error('aborted'))), 60_000);
  await expect(plain).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'The step took longer than 0.001 seconds.',
  });
  const coded = run(
    (signal) => aborted(signal).then(() => Promise.reject(new AppError('STORAGE_FULL', 'full'))),
    60_000,
  );
  await expect(coded).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await expect(run(() => new Promise<never>(() => {}), 1)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  const interrupted = run(
    (signal) => aborted(signal).then(() => Promise.reject(new AppError('STORAGE_FULL', 'full'))),
    60_000,
    60_000,
  );
  parent.abort(new Error('the lease is lost'));
  await expect(interrupted).rejects.toThrow('the lease is lost');
});

test('waits between attempts are a random part of a bound that doubles up to the most', () => {
  const bounds = [1, 2, 3, 4, 5, 100].map((failures) => backoffMs(failures, { firstMs: 100, maxMs: 1000 }, () => 1));
  expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(backoffMs(3, { firstMs: 100, maxMs: 1000 }, () => 0.5)).toBe(200);
});

test('work that is only tried does not run while work of its key runs or waits', async () => {
  const mutex = createMutex<string>();
  const first = Promise.withResolvers<void>();
  const running = mutex.run('a', () => first.promise);
  expect(await mutex.tryRun('a', async () => 'ran')).toBeUndefined();
  expect(await mutex.tryRun('b', async () => 'ran')).toBe('ran');
  first.resolve();
  await running;
  await mutex.idle();
  expect(await mutex.tryRun('a', async () => 'ran')).toBe('ran');
});
