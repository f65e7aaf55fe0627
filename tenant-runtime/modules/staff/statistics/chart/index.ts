export { CHART_SIZE, type ChartSpec } from './schema.ts';
export { type Charts, createCharts } from './service.ts';
