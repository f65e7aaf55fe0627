export { restockWatchHandlers } from './handlers.ts';
export { createRestockWatches, type RestockWatches } from './service.ts';
