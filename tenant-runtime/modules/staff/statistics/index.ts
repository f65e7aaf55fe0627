export { STATISTICS } from './callbacks.ts';
export { type Charts, createCharts } from './chart/index.ts';
export { statisticsHandlers } from './handlers.ts';
export { createStatistics, type Statistics } from './service.ts';
