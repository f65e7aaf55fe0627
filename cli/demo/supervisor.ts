import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../kernel/errors.ts';
import { endWithReader, type Output } from '../output/output.ts';
import { withProgress } from '../output/progress.ts';
import { type Child, crashError, type Program, startChild } from './child.ts';
import { DEMO_ROLE } from './leftovers.ts';
import { bornAt } from './processes.ts';
import type { DemoState, StateFile } from './state.ts';
import { untilHealthy } from './wait.ts';

/** Stopping the stores takes the control plane this long at most, in milliseconds. */
const GRACE_MS = 90_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Starts and stops the demo's programs, and ends the demo at Ctrl-C or when one of them crashes. */
export type Supervisor = {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Starts a program, and remembers it for a run that finds this one killed. */
  start(program: Program): Promise<void>;
  /** Waits for `work`. Undefined after Ctrl-C. @throws CliError when a program ends by itself meanwhile */
  during<T>(work: Promise<T>): Promise<T | undefined>;
  /** Stops the programs, the last started first. */
  stop(): Promise<void>;
};

type Running = { program: Program; child: Child; crashed: boolean };

export async function startSupervisor(deps: {
  output: Output;
  state: DemoState;
  file: StateFile;
}): Promise<Supervisor> {
  const { output, state, file } = deps;
  const ended = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    ended.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const crash = Promise.withResolvers<never>();
  crash.promise.catch(() => undefined);
  const running: Running[] = [];
  let starting: Promise<void> = Promise.resolve();

  const onSignal = () => {
    output.note(ended.signal.aborted ? 'Stopping already; this may take a moment.' : '\nStopping everything.');
    ended.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // `| head` and a closed terminal end the demo as Ctrl-C does: in order, with nothing left running.
  endWithReader(output.json, () => ended.abort());

  const remember = async (self: boolean) => {
    const own = self ? [{ role: DEMO_ROLE, pid: process.pid, born: (await bornAt(process.pid)) ?? '' }] : [];
    state.processes = [...own, ...running.map(({ child }) => child.known)];
    await file.write(state);
  };
  await remember(true);

  async function startOne(program: Program): Promise<void> {
    ended.signal.throwIfAborted();
    const child = await startChild(program);
    const entry: Running = { program, child, crashed: false };
    running.push(entry);
    await remember(true);
    void child.ended.then(async () => {
      if (ended.signal.aborted) return;
      entry.crashed = true;
      crash.reject(await crashError(child));
    });
  }

  return {
    signal: ended.signal,
    start(program) {
      starting = startOne(program);
      return starting;
    },
    async during(work) {
      try {
        return await Promise.race([work, stopped, crash.promise]);
      } catch (error) {
        if (ended.signal.aborted) return undefined;
        // A crash of a program explains the failure better, and may be noticed a moment later.
        throw await Promise.race([crash.promise.catch((fault: unknown) => fault), delay(1000, error)]);
      }
    },
    async stop() {
      ended.abort();
      await starting.catch(() => undefined);
      for (const { program, child, crashed } of running.splice(0).reverse()) {
        await (crashed ? cleanUpAfter(program, output) : stopChild(child, output));
      }
      await remember(false);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

function stopChild(child: Child, output: Output): Promise<void> {
  const { role } = child.known;
  const work = async () => {
    if ((await child.stop(GRACE_MS)) === 'ended') return;
    output.note(`The ${role} did not stop within ${GRACE_MS / 1000} s and was killed. ${LATER}`);
  };
  return withProgress(output, `stopping the ${role}`, work, `${role} stopped`);
}

const LATER = 'What it looked after may still run: the next "npm run demo" takes it over.';

/** A program that crashed cannot stop what it looked after. It is started once more to do so. */
async function cleanUpAfter(program: Program, output: Output): Promise<void> {
  if (!program.healthUrl) return;
  const { healthUrl, role } = program;
  const gone = new AbortController();
  try {
    await withProgress(output, `${role} started once more, and what it looked after stopped`, async () => {
      const child = await startChild({ ...program, logFile: `${program.logFile}.cleanup` });
      void child.ended.then(() => gone.abort(new Error('it ended again')));
      await untilHealthy(role, healthUrl, 60_000, gone.signal);
      await child.stop(GRACE_MS);
    });
  } catch (error) {
    const reason = errorMessage(gone.signal.aborted ? gone.signal.reason : error);
    output.note(`Cleaning up after the ${role} failed: ${reason}. ${LATER}`);
  }
}
