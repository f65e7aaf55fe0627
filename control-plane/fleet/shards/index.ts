export { createShardDirectory } from './directory.ts';
export { createPlacement, type Placement } from './placement.ts';
export { shardRoutes } from './routes.ts';
export { createShards, type Shards } from './service.ts';
export { countShards } from './sql.ts';
