export { restockWatchHandlers } from './handlers.ts';
export { type Asked, createRestockWatches, type RestockWatches } from './service.ts';
