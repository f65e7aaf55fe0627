import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { childEnvironment } from './child-environment.ts';
import { keepLines } from './last-lines.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');

export type RuntimeProcess = {
  readonly pid: number;
  /** Resolves with how it ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
  /** Everything it wrote so far. */
  output(): string;
};

/** A runtime that was spawned a moment ago. */
export type SpawnedRuntime = RuntimeProcess & {
  /** Resolves once the store is open, or was killed before it was; rejects with what it wrote when it ended by itself. */
  opened: Promise<void>;
};

/** Starts the runtime as the drivers do, as a process of its own, without waiting for it. */
export function spawnRuntime(
  env: Record<string, string>,
  failpoint?: string,
  args: readonly string[] = [],
): SpawnedRuntime {
  const child: ChildProcess = spawn(process.execPath, [ENTRY, ...args], {
    env: { ...childEnvironment(), LOG_LEVEL: 'info', ...env, ...(failpoint ? { LAPAK_FAILPOINT: failpoint } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const keep = keepLines(`the runtime ${child.pid}`);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const opened = new Promise<void>((resolve, reject) => {
    let open = false;
    const onData = (chunk: Buffer) => {
      written += chunk.toString('utf8');
      keep(chunk.toString('utf8'));
      if (open || !written.includes('store is open')) return;
      open = true;
      resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    // A failpoint during start-up kills it before it is open: the test waits for the exit then.
    void exited.then(({ signal }) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error(`the runtime ended:\n${written}`)),
    );
  });
  return { pid: child.pid!, exited, opened, kill: (signal) => child.kill(signal), output: () => written };
}

/** Starts the runtime as `spawnRuntime` does, and waits until the store is open. */
export async function startRuntime(
  env: Record<string, string>,
  failpoint?: string,
  args: readonly string[] = [],
): Promise<RuntimeProcess> {
  const runtime = spawnRuntime(env, failpoint, args);
  await runtime.opened;
  return runtime;
}
