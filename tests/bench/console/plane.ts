import { join } from 'node:path';
import { outputFile, readLines } from '../../../control-plane/fleet/drivers/process/log-file.ts';
import { parseControlPlaneConfig } from '../../../control-plane/platform/config.ts';
import { createControlPlane } from '../../../control-plane/server.ts';
import { createLog } from '../../../kernel/log.ts';
import { createStillDriver } from '../../support/still-driver.ts';
import { serve } from '../worker.ts';

/** A control plane for whose stores nothing runs; their logs are files, read as the process driver reads them. */
const config = parseControlPlaneConfig(process.env, '/');
const plane = createControlPlane(config, {
  log: createLog({ service: 'bench', level: 'fatal' }),
  driver: {
    ...createStillDriver({ doors: false }),
    logs: (store, request = {}) => readLines(outputFile(join(config.deployments, store)), request, () => false),
  },
  // Sweeps are not what is measured: they cost the same whether anybody looks or not.
  intervals: { sweepMs: 86_400_000 },
  consoleDist: process.env.BENCH_CONSOLE_DIST as string,
});
const { url } = await plane.start();
serve({ url: () => url });
