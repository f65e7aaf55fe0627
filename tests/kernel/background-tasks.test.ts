import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { type BackgroundTask, createBackgroundTasks } from '../../kernel/background-tasks.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';

const log = createLog({ service: 'tests', level: 'silent' });
const newTasks = () => createBackgroundTasks({ clock: systemClock, log });

/** A task whose runs the test lets end one by one. */
function steppedTask(results: (number | undefined | Error)[], more: Partial<BackgroundTask> = {}) {
  const began = results.map(() => Promise.withResolvers<AbortSignal>());
  const ends = results.map(() => Promise.withResolvers<void>());
  const seen = { runs: 0, atOnce: 0, mostAtOnce: 0 };
  const task: BackgroundTask = {
    name: 'stepped',
    retryMs: () => 1,
    onFailure: () => {},
    async run(signal) {
      const run = seen.runs;
      seen.runs += 1;
      seen.atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
      began[run]?.resolve(signal);
      await ends[run]?.promise;
      seen.atOnce -= 1;
      const result = results[run];
      if (result instanceof Error) throw result;
      return result;
    },
    ...more,
  };
  return { task, seen, began: (run: number) => began[run]?.promise, end: (run: number) => ends[run]?.resolve() };
}

test('activations during a run make one more run after it, never two at once', async () => {
  const tasks = newTasks();
  const activate = tasks.activator('stepped');
  const { task, seen, began, end } = steppedTask([undefined, undefined]);
  tasks.register(task);
  tasks.start();
  await began(0);
  activate();
  activate();
  end(0);
  await began(1);
  end(1);
  await tasks.stop();
  expect(seen).toEqual({ runs: 2, atOnce: 0, mostAtOnce: 1 });
});

test('an activation before the start is remembered, one after the stop does nothing', async () => {
  const tasks = newTasks();
  const activate = tasks.activator('stepped');
  activate();
  const { task, seen, began, end } = steppedTask([undefined], { waitsAtStart: true });
  tasks.register(task);
  tasks.start();
  await began(0);
  end(0);
  await tasks.stop();
  activate();
  expect(seen.runs).toBe(1);
});

test('a failed run is retried, and the status says what failed until a run succeeds', async () => {
  const tasks = newTasks();
  const counted: number[] = [];
  const { task, began, end } = steppedTask([new Error('first'), new Error('second'), undefined], {
    onFailure: (_, failures) => counted.push(failures),
  });
  tasks.register(task);
  tasks.start();
  await began(0);
  end(0);
  await began(1);
  expect(tasks.status()[0]).toMatchObject({ running: true, failures: 1, lastError: 'first', runs: 2 });
  end(1);
  await began(2);
  end(2);
  await tasks.stop();
  expect(counted).toEqual([1, 2]);
  expect(tasks.status()[0]).toMatchObject({ running: false, failures: 0, lastError: null, runs: 3 });
});

test('a run that fails again and again as before is logged less and less often, and another fault at once', async () => {
  const logged: unknown[] = [];
  const kept = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line).failures) });
  const tasks = createBackgroundTasks({ clock: systemClock, log: kept });
  const results = Array.from({ length: 12 }, (_, run) =>
    run < 11 ? new Error(run < 10 ? 'as before' : 'other') : undefined,
  );
  const { task, began, end } = steppedTask(results, { onFailure: undefined as never });
  tasks.register(task);
  tasks.start();
  for (const run of results.keys()) {
    await began(run);
    end(run);
  }
  await tasks.stop();
  expect(logged).toEqual([1, 2, 4, 8, 11]);
});

test('what a run returns comes before the interval, and the status says when the next run is', async () => {
  const tasks = newTasks();
  const { task, began, end } = steppedTask([1, undefined], { everyMs: 600_000 });
  tasks.register(task);
  tasks.start();
  await began(0);
  end(0);
  await began(1);
  end(1);
  await expect.poll(() => tasks.status()[0]?.nextRunAt?.getTime()).toBeGreaterThan(Date.now() + 500_000);
  await tasks.stop();
});

test('stopping aborts the signal of the run, waits for it and starts no other', async () => {
  const tasks = newTasks();
  const activate = tasks.activator('stepped');
  const { task, seen, began, end } = steppedTask([1, 1]);
  tasks.register(task);
  tasks.start();
  const signal = await began(0);
  const stopped = tasks.stop();
  activate();
  expect(signal?.aborted).toBe(true);
  end(0);
  await stopped;
  expect(seen.runs).toBe(1);
});

test('an activator without a task, and two tasks of one name, are faults of the program', () => {
  const tasks = newTasks();
  tasks.activator('nobody');
  expect(() => tasks.start()).toThrow(/nobody/);
  const { task } = steppedTask([]);
  tasks.register(task);
  expect(() => tasks.register(task)).toThrow(/two background tasks "stepped"/);
});

test('a task of once a day runs once a day, and at once when the clock was set past its time', async () => {
  vi.useFakeTimers();
  try {
    const tasks = newTasks();
    let runs = 0;
    tasks.register({
      name: 'daily',
      everyMs: 86_400_000,
      async run() {
        runs += 1;
      },
    });
    tasks.start();
    await vi.advanceTimersByTimeAsync(86_399_000);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toBe(2);
    vi.setSystemTime(Date.now() + 86_400_000);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(runs).toBe(3);
    await tasks.stop();
  } finally {
    vi.useRealTimers();
  }
});
