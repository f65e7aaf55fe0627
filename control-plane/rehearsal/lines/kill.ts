import { setTimeout as sleep } from 'node:timers/promises';
import { createDb } from '../../../kernel/db.ts';
import { connectionStringOf } from '../../backups/index.ts';
import { targetOf } from '../../restores/index.ts';
import { askReadiness, databaseName } from '../../tenants/index.ts';
import { failed, type Line, ok, type Scene } from '../line.ts';
import type { RehearsalParts } from '../parts.ts';
import { countKnown, selectWaiting } from '../sql.ts';

const LOOK_EVERY_MS = 300;
/** What the driver waits after a crash, and more. */
const BACK_OFF_SECONDS = 60;

/** The runtime dies as by a fault of the machine, and what waited in it has to be there when it is back. */
export function killLine(parts: RehearsalParts): Line {
  const { driver, readyTimeoutSeconds } = parts.tenants;
  return {
    name: 'kill',
    timeoutSeconds: readyTimeoutSeconds + BACK_OFF_SECONDS,
    mend: 'Start the store again: lapak tenant restart. What waited is in its database.',
    async look(scene) {
      const { spec, progress } = scene;
      const first = await askReadiness(spec.ports.telegram, scene.signal);
      if (!first.ready)
        return failed(`it is not ready to begin with: ${first.reason}`, 'Read its log: lapak tenant logs.');
      const before = await driver.observe(spec.store);
      const waited = await within(parts, scene, selectWaiting);
      await progress('killed, waiting for it to return');
      const began = performance.now();
      await driver.kill(spec.store);
      await returned(parts, scene, before.startedAt);
      const gap = Math.ceil((performance.now() - began) / 1000);
      const count = waited.deliveries.length + waited.messages.length;
      const known = await within(parts, scene, (on) => countKnown(on, waited));
      if (known < count) {
        return failed(
          `it returned after ${gap} s, but ${count - known} of ${count} that waited are gone`,
          'Restore the last backup, and report this.',
        );
      }
      const kept = `${waited.deliveries.length} deliveries and ${waited.messages.length} messages that waited are all there or done`;
      return ok(
        `killed without warning, ready again after ${gap} s; ${kept}. The owners hear of the crash as of any other`,
      );
    },
  };
}

/** @throws by the signal when it does not return in time */
async function returned({ tenants }: RehearsalParts, { spec, signal }: Scene, before: Date | undefined): Promise<void> {
  for (;;) {
    const seen = await tenants.driver.observe(spec.store);
    const another = seen.startedAt?.getTime() !== before?.getTime();
    if (seen.state === 'running' && another && (await askReadiness(spec.ports.telegram, signal)).ready) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function within<T>(
  parts: RehearsalParts,
  { operation }: Scene,
  work: (on: Parameters<typeof selectWaiting>[0]) => Promise<T>,
): Promise<T> {
  const target = await targetOf(parts.restores, operation, databaseName(operation.store));
  const db = createDb({ connectionString: connectionStringOf(target), max: 1, applicationName: 'lapak-rehearsal' });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
