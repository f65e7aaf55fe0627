import type { HostedStore } from '../../../../kernel/host-protocol.ts';
import type { Observation } from '../driver.ts';

/** What is seen of a store that a shard has. One that sleeps answers whoever asks, so it runs. */
export function observationOf({ store, state, run, exit, ...hosted }: HostedStore): Observation {
  return {
    store,
    state: state === 'asleep' ? 'running' : state,
    specHash: hosted.specHash,
    generation: hosted.generation,
    id: run,
    restarts: hosted.restarts,
    ...(hosted.startedAt ? { startedAt: hosted.startedAt } : {}),
    ...(exit ? { exit: exitOf(exit) } : {}),
  };
}

const exitOf = ({ at, error }: NonNullable<HostedStore['exit']>): NonNullable<Observation['exit']> =>
  error === undefined ? { code: 0, outOfMemory: false, at } : { code: null, outOfMemory: false, error, at };

/**
 * What is true of a store whose shard does not answer: it is as its shard is. Nothing is said of its spec, so that whoever
 * compares it asks for the store, and with it for the shard.
 */
export function observationBehind(store: string, { state, exit }: Observation): Observation {
  return {
    store,
    state: state === 'running' ? 'starting' : state === 'missing' ? 'exited' : state,
    ...(exit ? { exit } : {}),
  };
}
