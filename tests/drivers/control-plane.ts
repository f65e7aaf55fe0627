import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';

const PROGRAM = join(import.meta.dirname, 'driver-process.ts');

type Lingering = { kill(signal: NodeJS.Signals): void; exited: Promise<NodeJS.Signals | null> };

function run(setup: Record<string, unknown>, spec: RuntimeSpec, failpoint?: string) {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify({ ...setup, spec, failpoint })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  return { child, exited };
}

/** A process of its own brings the store to `spec` and is killed at the failpoint. */
export async function ensureAndDie(
  setup: Record<string, unknown>,
  spec: RuntimeSpec,
  failpoint: string,
): Promise<void> {
  const { child, exited } = run(setup, spec, failpoint);
  const complaints = text(child.stderr);
  expect(await exited, `the control plane was not killed at ${failpoint}: ${await complaints}`).toBe('SIGKILL');
}

/** A process of its own brings the store to `spec` and lives on while `work` runs. */
export async function ensureAndLinger(
  setup: Record<string, unknown>,
  spec: RuntimeSpec,
  work: (process: Lingering) => Promise<void>,
): Promise<void> {
  const { child, exited } = run(setup, spec);
  const complaints = text(child.stderr);
  try {
    const started = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
    if (!started) throw new Error(`the control plane ended: ${await complaints}`);
    await work({ kill: (signal) => void child.kill(signal), exited });
  } finally {
    child.kill('SIGKILL');
  }
}
