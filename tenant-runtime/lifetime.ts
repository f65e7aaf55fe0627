import { errorMessage } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** `sysexits.h`: the configuration is wrong, and starting again will not help. */
const EX_CONFIG = 78;
/** Work in hand is given this long after a first signal. */
const STOP_DEADLINE_MS = 25_000;
/** Writing the crash report of a process that cannot go on may take this long. */
const CRASH_REPORT_MS = 2000;

/** What a process runs: one store, or a host of many. */
export type Running = {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** Before the process ends in the middle of things: writes down what the owners should know. Called where the fault was. */
  writeCrashReport(fault?: unknown): Promise<void>;
};

export type Lifetime = {
  /** Ends the process, once the owners' news of it is written down. */
  giveUp(fault?: unknown): void;
  /** Starts it, and ties it to this process: a signal stops it, a fault that nobody caught ends both. */
  run(): Promise<void>;
};

export function createLifetime(log: Log, what: string, running: () => Running): Lifetime {
  let stopping = false;

  function giveUp(fault?: unknown): void {
    setTimeout(() => process.exit(1), CRASH_REPORT_MS);
    void running()
      .writeCrashReport(fault)
      .finally(() => process.exit(1));
  }

  function stop(signal: string): void {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({ deadlineMs: STOP_DEADLINE_MS }, 'work in hand did not end in time; the next start takes it up');
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    running()
      .stop()
      .then(
        () => process.exit(0),
        (err) => {
          log.error({ err }, 'stopping failed');
          process.exit(1);
        },
      );
  }

  return {
    giveUp,
    async run() {
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
      for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
        // The state is unknown from here on; the driver starts the process again, and it recovers from its rows.
        process.on(fault, (err) => {
          log.fatal({ err }, fault);
          giveUp(err);
        });
      }
      try {
        await running().start();
      } catch (err) {
        if (stopping) return;
        log.fatal({ err }, `the ${what} cannot start`);
        giveUp();
      }
    },
  };
}

/** The configuration that `parse` makes, or the end of the process. @param usage said where the arguments are wrong */
export function configureOrExit<T>(parse: () => T, usage: (error: unknown) => string | undefined): T {
  try {
    return parse();
  } catch (error) {
    console.error(errorMessage(error));
    const hint = usage(error);
    if (hint) console.error(hint);
    process.exit(EX_CONFIG);
  }
}
