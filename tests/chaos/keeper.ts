import { setTimeout as sleep } from 'node:timers/promises';
import { type SpawnedRuntime, spawnRuntime } from '../support/runtime-process.ts';

/** Keeps a store running, as the drivers do: whenever its process ends, another is started. */
export type Keeper = {
  /** Ends the process and lets nothing run for so long. Resolves once another is being started. */
  strike(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  /** Resolves once a process is open. */
  open(): Promise<void>;
  /** What the processes did that nobody asked them to. */
  oddities(): readonly string[];
  /** Kills the process and starts no other. */
  close(): Promise<void>;
};

const BETWEEN_STARTS_MS = 300;
/** The runtime gives up its work after 25 s; one that takes longer hangs. */
const STOP_PATIENCE_MS = 30_000;

export function createKeeper(env: Record<string, string>): Keeper {
  const odd: string[] = [];
  let runtime: SpawnedRuntime;
  let struck: NodeJS.Signals | undefined;
  let downMs = 0;
  let closing = false;
  let kept = keep();

  async function keep(): Promise<void> {
    while (!closing) {
      struck = undefined;
      downMs = BETWEEN_STARTS_MS;
      runtime = spawnRuntime(env);
      const opened = await runtime.opened.then(
        () => true,
        () => false,
      );
      const { code, signal } = await runtime.exited;
      // One that cannot start because its database is away ends by itself, and that is right.
      if (opened && !struck) odd.push(`a store that was open ended by itself (${signal ?? code}): ${tail(runtime)}`);
      if (struck === 'SIGTERM' && opened && code !== 0) odd.push(`a stopped store ended with ${signal ?? code}`);
      await sleep(downMs);
    }
  }

  async function open(): Promise<void> {
    for (;;) {
      const current = runtime;
      const isOpen = await current.opened.then(
        () => true,
        () => false,
      );
      const gone = await Promise.race([current.exited.then(() => true), sleep(0, false)]);
      if (isOpen && !gone) return;
      await sleep(100);
    }
  }

  return {
    async strike(signal, forMs) {
      const victim = runtime;
      struck = signal;
      downMs = forMs;
      victim.kill(signal);
      const late = sleep(STOP_PATIENCE_MS, 'late' as const, { ref: false });
      if ((await Promise.race([victim.exited, late])) === 'late') {
        odd.push(`a store did not stop within ${STOP_PATIENCE_MS} ms`);
        victim.kill('SIGKILL');
        await victim.exited;
      }
      await sleep(forMs);
    },
    open,
    oddities: () => odd,
    async close() {
      closing = true;
      struck = 'SIGKILL';
      downMs = 0;
      runtime.kill('SIGKILL');
      await kept;
      kept = Promise.resolve();
    },
  };
}

const tail = (runtime: SpawnedRuntime) => runtime.output().trim().split('\n').slice(-8).join('\n');
