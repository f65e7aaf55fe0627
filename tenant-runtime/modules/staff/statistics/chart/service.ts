import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../../../../kernel/log.ts';
import { createMutex } from '../../../../../kernel/mutex.ts';
import type { ChartSpec } from './schema.ts';

export type Charts = {
  /** The chart as PNG, or undefined when it could not be drawn in time. Charts are drawn one after another. */
  draw(spec: ChartSpec): Promise<Buffer | undefined>;
};

const TIMEOUT_MS = 15_000;
const DRAWING = fileURLToPath(new URL('./drawing.ts', import.meta.url));

/**
 * Draws each chart in a process that ends with it: an idle store holds neither the library nor the font, and its own
 * event loop is free meanwhile. Threads were tried: a process of 60 MB kept 280 after twelve charts in threads that had
 * ended, more than a store may have.
 */
export function createCharts(deps: { log: Log; timeoutMs?: number; program?: string }): Charts {
  const { log, timeoutMs = TIMEOUT_MS, program = DRAWING } = deps;
  const queue = createMutex<'chart'>();

  return {
    draw: (spec) =>
      queue.run('chart', async () => {
        const startedAt = performance.now();
        try {
          const png = await drawnBy(program, spec, timeoutMs);
          log.debug({ millis: Math.round(performance.now() - startedAt), bytes: png.length }, 'chart drawn');
          return png;
        } catch (err) {
          log.warn({ err }, 'chart not drawn');
          return undefined;
        }
      }),
  };
}

/** Resolves with what the process sends; rejects when it fails, ends silent or takes too long. It is gone by then. */
async function drawnBy(program: string, spec: ChartSpec, timeoutMs: number): Promise<Buffer> {
  const { NODE_COMPILE_CACHE } = process.env;
  const child = fork(program, [], {
    // The store's secrets are no business of a drawing.
    env: NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {},
    // Sparing: 113 MB at its most instead of 190, and no slower.
    execArgv: ['--max-old-space-size=48', '--max-semi-space-size=1'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return Buffer.from(await answerOf(child, spec, signal));
  } finally {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
}

function answerOf(child: ChildProcess, spec: ChartSpec, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Node types a message as JSON; with `advanced` serialization a Uint8Array arrives as one.
    child.once('message', (png) => resolve(png as unknown as Uint8Array));
    child.once('error', reject);
    child.once('exit', (code, killedBy) =>
      reject(new Error(`the drawing ended without a chart (${killedBy ?? code})`)),
    );
    signal.addEventListener('abort', () => reject(new Error('the drawing took too long')), { once: true });
    child.send(spec, (error) => error && reject(error));
  });
}
