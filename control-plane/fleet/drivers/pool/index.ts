export { createPoolDriver, type PoolDriverOptions } from './driver.ts';
export { type Place, type Shard, type ShardDirectory, shardRuntime } from './shard.ts';
