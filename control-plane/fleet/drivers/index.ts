export { type ByHand, byHand, createDriver } from './create.ts';
export { createDockerDriver, type DockerDriverOptions } from './docker/driver.ts';
export type { Driver, DriverEvent, LogRequest, Observation, RuntimeSpec, RuntimeState, Usage } from './driver.ts';
export { type Backoff, createProcessDriver, type ProcessDriverOptions } from './process/index.ts';
