import { createBroadcastSender, createBroadcasts } from '../modules/delivery/broadcast/index.ts';
import { composeCatalog } from './catalog.ts';
import { composeCheckout } from './checkout.ts';
import type { StoreDeps } from './deps.ts';
import { composePlatform } from './platform.ts';

export { QUEUES, type QueueName, type StoreDeps } from './deps.ts';

/** Makes the services of one store, from the bottom up. */
export function composeServices(deps: StoreDeps) {
  const shop = composeCheckout(composeCatalog(composePlatform(deps)));
  const { users, metrics } = shop;
  const broadcasts = createBroadcasts({ ...shop, onChanged: () => broadcastSender.wake() });
  const broadcastSender = createBroadcastSender({
    ...shop,
    api: shop.bulkApi,
    broadcasts,
    markUnreachable: users.markUnreachable,
    leaderFor: users.staffFor,
    count: (outcome) => metrics.broadcast.inc({ outcome }),
    log: shop.logOf('broadcast'),
  });
  return { ...shop, broadcasts, broadcastSender };
}

export type Services = ReturnType<typeof composeServices>;
