import { writeFileSync } from 'node:fs';
import { renderChart } from './render.ts';
import type { ChartSpec } from './schema.ts';

// A process of its own: draws one chart for its parent and ends.
try {
  // Where memory runs out, a chart goes rather than the store.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not every system has this.
}
process.once('disconnect', () => process.exit(1));
process.once('message', (spec: ChartSpec) => {
  process.send?.(renderChart(spec), () => process.exit());
});
