import { createBroadcastSender, createBroadcasts } from '../modules/delivery/broadcast/index.ts';
import { createChannelConnection, TESTIMONIALS } from '../modules/delivery/testimonials/index.ts';
import { createExports } from '../modules/money/exports/index.ts';
import { createUserDesk } from '../modules/shop/users/admin/index.ts';
import { composeCatalog } from './catalog.ts';
import { composeCheckout } from './checkout.ts';
import type { ModuleDeps } from './deps.ts';
import { composePlatform } from './platform.ts';

export { type ModuleDeps, QUEUES, type QueueName } from './deps.ts';

/** Builds the modules of one store from the bottom up and tells each what the others need to know. */
export function composeModules(deps: ModuleDeps) {
  const { db, api, metrics, clock, failpoint } = deps;
  const ground = composePlatform(deps);
  const shelves = composeCatalog(deps, ground);
  const till = composeCheckout(deps, ground, shelves);
  const { audit, users, outbox, owners } = ground;
  const { wallet } = till;
  const userDesk = createUserDesk({ users, wallet, audit, outbox, owners, clock });

  const exports = createExports({
    db,
    api,
    store: deps.config.env.STORE_SLUG,
    timeZone: deps.config.env.BOT_TIMEZONE,
    clock,
    log: deps.log.child({ service: 'exports' }),
  });
  const channelConnection = createChannelConnection({
    db,
    api,
    configuration: shelves.configuration,
    outbox,
    storeName: deps.config.env.BOT_STORE_NAME,
    back: TESTIMONIALS,
    log: deps.log.child({ service: 'testimonials' }),
  });
  const broadcasts = createBroadcasts({ audit, owners, clock, onChanged: () => broadcastSender.wake() });
  const broadcastSender = createBroadcastSender({
    db,
    api: deps.bulkApi ?? api,
    broadcasts,
    outbox,
    markUnreachable: users.markUnreachable,
    leaderFor: users.staffFor,
    count: (outcome) => metrics.broadcast.inc({ outcome }),
    failpoint,
    log: deps.log.child({ service: 'broadcast' }),
  });

  return { ...ground, ...shelves, ...till, userDesk, exports, channelConnection, broadcasts, broadcastSender };
}

export type Modules = ReturnType<typeof composeModules>;
