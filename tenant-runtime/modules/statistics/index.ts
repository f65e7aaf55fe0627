export { STATISTICS } from './callbacks.ts';
export { statisticsHandlers } from './handlers.ts';
export { createStatistics, type Statistics } from './service.ts';
