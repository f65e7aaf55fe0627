export { type ByHand, byHand, createDriver } from './create.ts';
export { createDockerDriver } from './docker/driver.ts';
export type { EgressOptions } from './docker/egress.ts';
export { EGRESS_PORTS, planNetwork } from './docker/network-plan.ts';
export type { Addressed, Driver, DriverEvent, Endpoint, LogRequest, Observation, RuntimeSpec } from './driver.ts';
export { describeExit } from './exit.ts';
export { assertMayRunStores, NOT_ISOLATED } from './isolation.ts';
export { createPoolDriver, type Place, type Shard, type ShardDirectory, shardRuntime } from './pool/index.ts';
export { createProcessDriver } from './process/index.ts';
