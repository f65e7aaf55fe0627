export { BROADCAST_ADMIN } from './callbacks.ts';
export { broadcastHandlers } from './handlers.ts';
export { MOST_IN_FLIGHT, PER_SECOND } from './pace.ts';
export { type BroadcastSender, createBroadcastSender } from './sender.ts';
export { type Broadcasts, createBroadcasts } from './service.ts';
