import { SYSTEM } from '../../../control-plane/api/caller.ts';
import { QUEUES } from '../../../control-plane/composition/jobs.ts';
import type { Services } from '../../../control-plane/composition/services.ts';
import { parseControlPlaneConfig } from '../../../control-plane/platform/config.ts';
import { createControlPlane } from '../../../control-plane/server.ts';
import { createDb } from '../../../kernel/db.ts';
import { createLog } from '../../../kernel/log.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import { createStillDriver } from '../../support/still-driver.ts';
import { serve } from '../worker.ts';
import { fillRegistry } from './fill.ts';

/** A control plane whose driver only says that what should run runs; rows, schedules and everything else are real. */
const config = parseControlPlaneConfig(process.env, '/');
const driver = createStillDriver({ doors: false });
const never = 86_400_000;
let services: Services | undefined;
const plane = createControlPlane(config, {
  log: createLog({ service: 'bench', level: 'fatal' }),
  driver,
  // Sweeps come when they are asked for.
  intervals: { sweepMs: never },
  onComposed: (composed) => {
    services = composed;
  },
});
const { url } = await plane.start();
// The compiler does not see that the start has called `onComposed`.
const parts = services as unknown as Services;
const db = createDb({ connectionString: process.env.BENCH_CONTROL_URL as string, max: 4 });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

serve({
  url: () => url,
  fill: async ({ from, to, firstPort }: { from: number; to: number; firstPort: number }) => {
    await fillRegistry({ db, services: parts, from, to, firstPort });
    // Its start gives every store its schedule.
    await parts.health.followAll();
  },
  /** Everything runs once this many starts were asked for. */
  started: () => driver.calls.length,
  /** Why one does not run. */
  reason: async () => (await db.query('SELECT state, reason FROM tenants WHERE state <> $1 LIMIT 1', ['running']))[0],
  sweep: () => timed(() => parts.reconciler.sweep()),
  /** As many at one time as the queue of due checks hands out. */
  health: ({ stores }: { stores: string[] }) =>
    timed(() =>
      forEachConcurrently(
        QUEUES.health.batchSize,
        stores,
        async (store) => void (await parts.health.check(store, SYSTEM)),
      ),
    ),
});
