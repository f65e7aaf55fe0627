import { AppError, errorMessage } from '../kernel/errors.ts';
import { killAt } from '../kernel/failpoint.ts';
import { createLog } from '../kernel/log.ts';
import { parseControlPlaneConfig } from './config.ts';
import { type ControlPlane, createControlPlane } from './server.ts';

/** Words for the person at the terminal; the log on stdout is for programs. */
const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const config = parseControlPlaneConfig(process.env, process.cwd());
  const log = createLog({ service: 'control-plane', level: config.logLevel });
  const plane = createControlPlane(config, {
    log,
    failpoint: killAt(config.failpoint),
    onLost: () => {
      say('Another control plane has taken over this database. This one ends.');
      process.exit(1);
    },
  });
  stopOnSignals(plane, config.stopStoresOnExit ? 'stop' : 'keep');
  const { url } = await plane.start();
  say(`The control plane listens on ${url} (reference: ${url}/docs).`);
}

function stopOnSignals(plane: ControlPlane, stores: 'keep' | 'stop'): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      say(
        stores === 'keep'
          ? 'Stopping. Stores go on running, and so does the embedded Postgres if there is one.'
          : 'Stopping, and with it the stores and the embedded Postgres.',
      );
      plane.stop({ stores }).then(
        () => process.exit(0),
        (error) => fail(error),
      );
    });
  }
}

function fail(error: unknown): never {
  say(error instanceof AppError ? error.message : `The control plane failed: ${errorMessage(error)}`);
  if (!(error instanceof AppError) && error instanceof Error && error.stack) say(error.stack);
  process.exit(1);
}

main().catch(fail);
