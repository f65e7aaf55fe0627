import type Docker from 'dockerode';
import type { Observation, RuntimeState } from '../driver.ts';
import { LABELS } from './container.ts';

type Labels = Record<string, string>;

function fromLabels(labels: Labels): Pick<Observation, 'specHash' | 'generation'> {
  const generation = Number(labels[LABELS.generation] ?? Number.NaN);
  // Somebody else's container may carry our first label alone.
  return { specHash: labels[LABELS.specHash], ...(Number.isInteger(generation) ? { generation } : {}) };
}

/**
 * What one container says of its store, in full. The engine forgets how the last run ended once the next one runs;
 * `lastExit` is what its events said of it.
 */
export function fromInspect(
  store: string,
  info: Docker.ContainerInspectInfo,
  lastExit: Observation['exit'],
): Observation {
  const { State: state } = info;
  const health = state.Health?.Status;
  const ended = Date.parse(state.FinishedAt);
  // The year 1 stands for never.
  const over = !state.Running && ended > 0;
  const exit = over ? { code: state.ExitCode, outOfMemory: state.OOMKilled, at: new Date(ended) } : lastExit;
  return {
    store,
    state: stateOf(state.Status),
    ...fromLabels(info.Config.Labels),
    imageId: info.Image,
    id: info.Id,
    ...(health === 'healthy' || health === 'unhealthy' ? { healthy: health === 'healthy' } : {}),
    ...(Date.parse(state.StartedAt) > 0 ? { startedAt: new Date(state.StartedAt) } : {}),
    restarts: info.RestartCount,
    ...(exit ? { exit } : {}),
  };
}

/** The same from a list, which tells health and exit code only inside of a text for people. */
export function fromList(info: Docker.ContainerInfo): Observation {
  const health = /\((healthy|unhealthy)\)/.exec(info.Status)?.[1];
  const exitCode = /^(?:Exited|Restarting) \((\d+)\)/.exec(info.Status)?.[1];
  return {
    store: info.Labels[LABELS.tenant]!,
    state: stateOf(info.State),
    ...fromLabels(info.Labels),
    imageId: info.ImageID,
    id: info.Id,
    ...(health ? { healthy: health === 'healthy' } : {}),
    ...(exitCode === undefined ? {} : { exit: { code: Number(exitCode), outOfMemory: false } }),
  };
}

/** A container runs from its first moment on; whether the store in it is healthy is not known before the first check. */
function stateOf(status: string): RuntimeState {
  if (status === 'running') return 'running';
  if (status === 'restarting') return 'restarting';
  // Made but not started: a crash came between; `ensure` starts it.
  return 'exited';
}
