import { join } from 'node:path';
import type { Clock } from '../../../kernel/clock.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import { createDockerDriver } from './docker/driver.ts';
import type { EgressOptions } from './docker/egress.ts';
import type { Driver } from './driver.ts';
import { createProcessDriver } from './process/index.ts';

const RUNTIME_ENTRY = join(import.meta.dirname, '..', '..', '..', 'tenant-runtime', 'main.ts');

/** The driver that the configuration names, over what runs on this machine. */
export function createDriver(
  config: Pick<ControlPlaneConfig, 'driver' | 'network' | 'networkRange' | 'home'>,
  options: {
    log: Log;
    clock?: Clock;
    failpoint?: Failpoint;
    /** The way out of the stores' network, which the Docker driver keeps open. */
    egress?: EgressOptions;
    /** Program of the stores that the process driver runs. */
    runtimeEntry?: string;
  },
): Driver {
  const { log, clock, failpoint, egress } = options;
  const { network, networkRange } = config;
  if (config.driver === 'docker') return createDockerDriver({ network, networkRange, egress, log, failpoint });
  return createProcessDriver({
    stateDir: join(config.home, 'runtimes'),
    runtimeEntry: options.runtimeEntry ?? RUNTIME_ENTRY,
    log,
    clock,
    failpoint,
  });
}
