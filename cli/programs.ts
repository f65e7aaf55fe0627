import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Output } from './output/output.ts';

const ROOT = join(import.meta.dirname, '..');

/** The programs that the CLI starts as processes of their own. It never imports them. */
export const ENTRY_POINTS = {
  controlPlane: join(ROOT, 'control-plane', 'main.ts'),
  recovery: join(ROOT, 'control-plane', 'recovery', 'control-plane', 'main.ts'),
  reseal: join(ROOT, 'control-plane', 'recovery', 'resealing', 'main.ts'),
  sandbox: join(ROOT, 'sandbox', 'main.ts'),
} as const;

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

/**
 * Runs a program on this terminal until it ends. SIGINT and SIGTERM are for it to obey. What it says on stderr is passed on
 * as notes where a program reads ours.
 */
export function runToEnd(output: Output, entryPoint: string, args: readonly string[] = []): Promise<Ending> {
  const child = spawn(process.execPath, [entryPoint, ...args], {
    stdio: ['inherit', 'inherit', output.json ? 'pipe' : 'inherit'],
  });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', output.note);
  // On a terminal Ctrl-C reaches the child by itself; it must not get it twice.
  const onInterrupt = () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  };
  const onTerminate = () => child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      resolve({ code, signal });
    });
  });
}
