export { type ByHand, byHand, createDriver } from './create.ts';
export { createDockerDriver, type DockerDriverOptions } from './docker/driver.ts';
export type { EgressOptions } from './docker/egress.ts';
export { EGRESS_PORTS, planNetwork } from './docker/network-plan.ts';
export type { Driver, DriverEvent, LogRequest, Observation, RuntimeSpec, RuntimeState, Usage } from './driver.ts';
export { describeExit } from './exit.ts';
export { assertMayRunStores, NOT_ISOLATED } from './isolation.ts';
export { isAskedFor, isOfLevel, type LineLevel } from './log-filter.ts';
export { type Backoff, createProcessDriver, type ProcessDriverOptions } from './process/index.ts';
