import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../kernel/errors.ts';
import { type Output, whenReaderGoes } from '../output/output.ts';
import { withProgress } from '../output/progress.ts';
import { type Child, fallen, type Program, startChild } from './child.ts';
import { DEMO_ROLE } from './leftovers.ts';
import { bornAt } from './processes.ts';
import type { DemoState, StateFile } from './state.ts';
import { untilWell } from './wait.ts';

/** Stopping the stores takes the control plane this long at most, in milliseconds. */
const GRACE_MS = 90_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The demo's programs, and the curtain: Ctrl-C, or the fall of one of them. */
export type Cast = {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Starts a program, and remembers it for a run that finds this one killed. */
  enter(program: Program): Promise<void>;
  /** Waits for `work`. Undefined after Ctrl-C. @throws CliError when a program ends by itself meanwhile */
  during<T>(work: Promise<T>): Promise<T | undefined>;
  /** Stops the programs, last come first. */
  leave(): Promise<void>;
};

type Present = { program: Program; child: Child; fell: boolean };

export async function startCast(deps: { output: Output; state: DemoState; file: StateFile }): Promise<Cast> {
  const { output, state, file } = deps;
  const stop = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const fall = Promise.withResolvers<never>();
  fall.promise.catch(() => undefined);
  const present: Present[] = [];
  let entering: Promise<void> = Promise.resolve();

  const onSignal = () => {
    output.note(stop.signal.aborted ? 'Stopping already; this may take a moment.' : '\nStopping everything.');
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // `| head` and a closed terminal end the demo as Ctrl-C does: in order, with nothing left running.
  whenReaderGoes(() => stop.abort());

  const remember = async (self: boolean) => {
    const own = self ? [{ role: DEMO_ROLE, pid: process.pid, born: (await bornAt(process.pid)) ?? '' }] : [];
    state.processes = [...own, ...present.map(({ child }) => child.known)];
    await file.write(state);
  };
  await remember(true);

  async function start(program: Program): Promise<void> {
    stop.signal.throwIfAborted();
    const child = await startChild(program);
    const entry: Present = { program, child, fell: false };
    present.push(entry);
    await remember(true);
    void child.ended.then(async () => {
      if (stop.signal.aborted) return;
      entry.fell = true;
      fall.reject(await fallen(child));
    });
  }

  return {
    signal: stop.signal,
    enter(program) {
      entering = start(program);
      return entering;
    },
    async during(work) {
      try {
        return await Promise.race([work, stopped, fall.promise]);
      } catch (error) {
        if (stop.signal.aborted) return undefined;
        // What failed because a program fell is better told by the fall, which may come a moment later.
        throw await Promise.race([fall.promise.catch((fault: unknown) => fault), delay(1000, error)]);
      }
    },
    async leave() {
      stop.abort();
      await entering.catch(() => undefined);
      for (const { program, child, fell } of present.splice(0).reverse()) {
        await (fell ? cleanUpAfter(program, output) : dismiss(child, output));
      }
      await remember(false);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

function dismiss(child: Child, output: Output): Promise<void> {
  const { role } = child.known;
  const work = async () => {
    if ((await child.stop(GRACE_MS)) === 'ended') return;
    output.note(`The ${role} did not stop within ${GRACE_MS / 1000} s and was killed. ${LATER}`);
  };
  return withProgress(output, `stopping the ${role}`, work, `${role} stopped`);
}

const LATER = 'What it looked after may still run: the next "npm run demo" takes it over.';

/** A program that fell cannot stop what it looked after. It is started once more, to do just that. */
async function cleanUpAfter(program: Program, output: Output): Promise<void> {
  if (!program.wellAt) return;
  const { wellAt, role } = program;
  const gone = new AbortController();
  try {
    await withProgress(output, `${role} started once more, and what it looked after stopped`, async () => {
      const child = await startChild({ ...program, logFile: `${program.logFile}.cleanup` });
      void child.ended.then(() => gone.abort(new Error('it ended again')));
      await untilWell(role, wellAt, 60_000, gone.signal);
      await child.stop(GRACE_MS);
    });
  } catch (error) {
    const reason = errorMessage(gone.signal.aborted ? gone.signal.reason : error);
    output.note(`Cleaning up after the ${role} failed: ${reason}. ${LATER}`);
  }
}
