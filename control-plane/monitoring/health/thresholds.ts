import type { HealthFinding } from '../../api/contract/index.ts';

/** Share of a threshold by which a value must fall below it before it is well again. */
const SLACK = 0.06;

/**
 * Whether a value is over its threshold. One that was over stays so until it is clearly below: at the edge it would go
 * back and forth. Pure.
 */
export function weigh(value: number, threshold: number, wasOver: boolean, unit: string): HealthFinding {
  const limit = wasOver ? threshold * (1 - SLACK) : threshold;
  const over = value >= limit;
  const shown = value < 10 ? value.toFixed(1) : String(Math.round(value));
  return { result: over ? 'fail' : 'ok', detail: `${shown} ${unit} (threshold ${threshold})` };
}
