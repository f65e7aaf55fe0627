import { setTimeout as delay } from 'node:timers/promises';
import { CliError, EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { isFree } from '../ports.ts';
import type { DemoOptions } from './options.ts';
import { isAlive, killProcess } from './processes.ts';
import type { DemoState, KnownProcess } from './state.ts';

export const DEMO_ROLE = 'demo';

/**
 * Ends what an earlier demo of this folder left running because it was killed. Says whether there was something.
 * @throws CliError when that demo is still there
 */
export async function endLeftovers(output: Output, home: string, state: DemoState | undefined): Promise<boolean> {
  const alive: KnownProcess[] = [];
  for (const known of state?.processes ?? []) if (await isAlive(known)) alive.push(known);
  const demo = alive.find(({ role }) => role === DEMO_ROLE);
  if (demo) {
    throw new CliError(`A demo is running in ${home} already (process ${demo.pid}).`, {
      exit: EXIT.conflict,
      code: 'DEMO_RUNNING',
      hints: ['Stop it with Ctrl-C in its terminal, or give this one a folder and ports of its own: see --help.'],
    });
  }
  for (const known of alive) {
    output.note(`An earlier demo was killed and left its ${known.role} running (process ${known.pid}): stopping it.`);
    // Not asked politely: it would stop the store, whose operations are made to be taken over as they are.
    await killProcess(known);
  }
  // Killed all at once, it leaves no process of its own, but stores and Postgres may still run.
  return (state?.processes.length ?? 0) > 0;
}

/** The system lets go of a killed process's sockets a moment after the process is gone. */
const RELEASE_MS = 5000;

/** @throws CliError that says which port is taken, and what can be done */
export async function assertPortsFree({ port, sandboxPort }: DemoOptions, afterLeftovers: boolean): Promise<void> {
  const wanted = [
    { port, option: '--port', purpose: 'control plane' },
    { port: sandboxPort, option: '--sandbox-port', purpose: 'sandbox' },
  ];
  for (const { port: number, option, purpose } of wanted) {
    if (await isFreeWithin(number, afterLeftovers ? RELEASE_MS : 0)) continue;
    throw new CliError(`Port ${number}, meant for the ${purpose}, is held by another program.`, {
      exit: EXIT.conflict,
      code: 'PORT_IN_USE',
      hints: [
        `Give the demo another one: npm run demo -- ${option} ${number + 1000}`,
        `Or stop that program. Who it is: ss -ltnp | grep :${number} (macOS: lsof -i :${number})`,
      ],
    });
  }
}

async function isFreeWithin(port: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (!(await isFree(port))) {
    if (performance.now() >= end) return false;
    await delay(100);
  }
  return true;
}

/** A store is wired to the address of its sandbox. @throws CliError when this run would move it */
export function assertSameSandbox({ home, sandboxPort }: DemoOptions, state: DemoState | undefined): void {
  if (!state || state.sandboxPort === sandboxPort) return;
  throw new CliError(`The store of this demo knows its sandbox at port ${state.sandboxPort}, not ${sandboxPort}.`, {
    exit: EXIT.usage,
    code: 'BAD_USAGE',
    hints: [
      `Use the same: npm run demo -- --sandbox-port ${state.sandboxPort}`,
      `Or begin afresh: remove ${home}, or choose another folder with --home.`,
    ],
  });
}
