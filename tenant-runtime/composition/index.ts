import { broadcastTask, createBroadcasts, createPace } from '../modules/delivery/broadcast/index.ts';
import { composeCatalog } from './catalog.ts';
import { composeCheckout } from './checkout.ts';
import type { StoreDeps } from './deps.ts';
import { composePlatform } from './platform.ts';

export { QUEUES, type QueueName, type StoreDeps } from './deps.ts';

/** Makes the services of one store, from the bottom up. */
export function composeServices(deps: StoreDeps) {
  const shop = composeCheckout(composeCatalog(composePlatform(deps)));
  const { users, metrics } = shop;
  const pace = createPace();
  const activate = shop.activator('broadcast');
  const broadcasts = createBroadcasts({
    ...shop,
    onChanged() {
      activate();
      pace.interrupt();
    },
  });
  const broadcasting = broadcastTask({
    ...shop,
    api: shop.bulkApi,
    pace,
    broadcasts,
    markUnreachable: users.markUnreachable,
    leaderFor: users.staffFor,
    count: (outcome) => metrics.broadcast.inc({ outcome }),
    log: shop.logOf('broadcast'),
  });
  return { ...shop, broadcasts, broadcasting };
}

export type Services = ReturnType<typeof composeServices>;
