export { STATISTICS } from './callbacks.ts';
export { createCharts } from './chart/index.ts';
export { statisticsHandlers } from './handlers.ts';
export { createStatistics } from './service.ts';
