import { killAt } from '../kernel/failpoint.ts';
import { createLog } from '../kernel/log.ts';
import { onOutputFault } from '../kernel/output-fault.ts';
import { forgetPostgresVariables } from '../kernel/postgres-variables.ts';
import { explain } from '../kernel/system-fault.ts';
import { assertMayRunStores } from './fleet/drivers/index.ts';
import { parseControlPlaneConfig } from './platform/config.ts';
import { type ControlPlane, createControlPlane } from './server.ts';

forgetPostgresVariables();

/** Words for the person at the terminal; the log on stdout is for programs. */
const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const config = parseControlPlaneConfig(process.env, process.cwd());
  const log = createLog({ service: 'control-plane', level: config.logLevel });
  assertMayRunStores(config, log);
  const plane = createControlPlane(config, {
    log,
    failpoint: killAt(config.failpoint),
    onLost: () => {
      say('Another control plane has taken over this database. This one ends.');
      process.exit(1);
    },
  });
  const stores = config.stopStoresOnExit ? 'stop' : 'keep';
  const starting = plane.start();
  stopOnSignals(plane, starting, stores);
  try {
    const { url } = await starting;
    say(`The control plane listens on ${url} (reference: ${url}/docs).`);
  } catch (error) {
    if (stores === 'stop') await plane.stop({ stores });
    throw error;
  }
}

/** A start that is under way is waited for: stopped half-way, it would leave behind what it was about to make. */
function stopOnSignals(plane: ControlPlane, starting: Promise<unknown>, stores: 'keep' | 'stop'): void {
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
      starting
        .catch(() => undefined)
        .then(() => plane.stop({ stores }))
        .then(
          () => process.exit(0),
          (error) => fail(error),
        );
    });
  }
}

function fail(error: unknown): never {
  say(explain(error, 'The control plane failed'));
  process.exit(1);
}

// Without a reader of its log it stops in order; a disk that is full keeps its log from being written and nothing else.
onOutputFault(({ stream, readerGone }) => {
  if (readerGone && stream === 'stdout') process.kill(process.pid, 'SIGTERM');
});
main().catch(fail);
