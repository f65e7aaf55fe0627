import { createBroadcastSender, createBroadcasts } from '../modules/broadcast/index.ts';
import { createExports } from '../modules/exports/index.ts';
import { createChannelConnection } from '../modules/testimonials/index.ts';
import { createUserDesk } from '../modules/user-desk/index.ts';
import type { RoomDeps } from './deps.ts';
import { createGround } from './ground.ts';
import { createShelves } from './shelves.ts';
import { createTill } from './till.ts';

export { QUEUES, type QueueName, type RoomDeps } from './deps.ts';

/** Builds the rooms of one store from the bottom up and tells each what the others need to know. */
export function createRooms(deps: RoomDeps) {
  const { db, api, metrics, clock, failpoint } = deps;
  const ground = createGround(deps);
  const shelves = createShelves(deps, ground);
  const till = createTill(deps, ground, shelves);
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

export type Rooms = ReturnType<typeof createRooms>;
