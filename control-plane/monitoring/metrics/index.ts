export { createMetrics, type Metrics } from './registry.ts';
export { metricSources } from './sources.ts';
