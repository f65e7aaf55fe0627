export { BROADCAST_ADMIN } from './callbacks.ts';
export { broadcastHandlers } from './handlers.ts';
export { createPace, MOST_IN_FLIGHT, PER_SECOND } from './pace.ts';
export { broadcastTask } from './sender.ts';
export { createBroadcasts } from './service.ts';
