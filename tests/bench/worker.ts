import { type ChildProcess, fork } from 'node:child_process';

/** A program of the benchmark in a process of its own, so that what is measured shares its event loop with nothing. */
export type Worker = {
  pid: number;
  /** Asks the worker and resolves with its answer. */
  ask<T>(question: Record<string, unknown>): Promise<T>;
  stop(): Promise<void>;
};

type Answer = { id: number; value?: unknown; error?: string };

/** Starts `entry` (a path of a module that calls `serve`) and waits until it listens. */
export async function startWorker(
  entry: string,
  environment: Record<string, string> = {},
  execArgv: readonly string[] = [],
): Promise<Worker> {
  const child: ChildProcess = fork(entry, [], {
    env: { PATH: process.env.PATH, ...environment },
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (answer: Answer) => {
    const question = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error !== undefined) question?.reject(new Error(`${entry}: ${answer.error}`));
    else question?.resolve(answer.value);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${entry} ended (${signal ?? code})`));
      waiting.clear();
      resolve();
    });
  });
  const worker: Worker = {
    pid: child.pid as number,
    ask: <T>(question: Record<string, unknown>) =>
      new Promise<T>((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id: asked, question });
      }),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
  await worker.ask({ kind: 'hello' });
  return worker;
}

/** Answers the questions of the process that started this one. `hello` is answered once the worker listens. */
export function serve(handlers: Record<string, (question: never) => unknown>): void {
  process.on('message', async ({ id, question }: { id: number; question: { kind: string } }) => {
    try {
      const value = question.kind === 'hello' ? undefined : await handlers[question.kind]?.(question as never);
      process.send?.({ id, value });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', () => process.exit(0));
}
