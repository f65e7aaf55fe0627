import { ShardDetails, ShardList } from '../shards.ts';
import type { Route } from './route.ts';

export const SHARD_ROUTES = {
  listShards: {
    method: 'GET',
    path: '/v1/shards',
    scope: 'viewer',
    summary: 'Processes that host many stores',
    status: 200,
    answer: ShardList,
  },
  showShard: {
    method: 'GET',
    path: '/v1/shards/:name',
    scope: 'viewer',
    summary: 'One shard, and its stores',
    status: 200,
    answer: ShardDetails,
  },
  /** Asked again, it tries those once more that failed to move. */
  drainShard: {
    method: 'POST',
    path: '/v1/shards/:name/drain',
    scope: 'operator',
    summary: 'Move the stores of a shard to others, an operation each, and remove it',
    status: 200,
    answer: ShardDetails,
  },
} as const satisfies Record<string, Route>;
