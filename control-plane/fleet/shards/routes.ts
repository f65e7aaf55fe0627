import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { Shards } from './service.ts';

export function shardRoutes(define: Define, shards: Shards): void {
  define(ROUTES.listShards, async () => ({ shards: await shards.list() }));
  define(ROUTES.showShard, ({ param }) => shards.show(param('name')));
  define(ROUTES.drainShard, ({ param, caller }) => shards.drain(param('name'), caller));
}
