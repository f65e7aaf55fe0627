import { join } from 'node:path';
import type { Clock } from '../../../kernel/clock.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import { createDockerDriver } from './docker/driver.ts';
import type { EgressOptions } from './docker/egress.ts';
import type { Driver } from './driver.ts';
import { createPoolDriver, type ShardDirectory } from './pool/index.ts';
import { createProcessDriver, outputFile, stateMark } from './process/index.ts';

const RUNTIME_ENTRY = join(import.meta.dirname, '..', '..', '..', 'tenant-runtime', 'main.ts');

const stateDirOf = (home: string): string => join(home, 'runtimes');

/** What starts a store as the process driver does, for the script in its folder; undefined with containers. */
export type ByHand = { node: string; runtime: string; mark: string; output: string };

export function byHand(
  config: Pick<ControlPlaneConfig, 'driver' | 'home'>,
  runtimeEntry = RUNTIME_ENTRY,
): ByHand | undefined {
  if (config.driver === 'docker') return undefined;
  const mark = stateMark(stateDirOf(config.home));
  return { node: process.execPath, runtime: runtimeEntry, mark, output: outputFile('.') };
}

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
    /** Which control plane this is; undefined to see the runtimes of all. */
    installation?: string;
    /** Where stores share processes; without it each store has a process of its own. */
    shards?: ShardDirectory;
  },
): Driver {
  const { log, clock, failpoint, egress, installation } = options;
  const { network, networkRange } = config;
  if (config.driver === 'docker') {
    return createDockerDriver({ network, networkRange, egress, installation, log, failpoint });
  }
  const inner = createProcessDriver({
    stateDir: stateDirOf(config.home),
    runtimeEntry: options.runtimeEntry ?? RUNTIME_ENTRY,
    log,
    clock,
    failpoint,
  });
  return options.shards ? createPoolDriver({ inner, shards: options.shards, log, clock, failpoint }) : inner;
}
