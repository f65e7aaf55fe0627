import type { OperationState } from '../../../../control-plane/api/contract/index.ts';
import { textOf } from '../../parts/search.ts';

export const OPERATION_STATES = [
  'scheduled',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies OperationState[];

export type OperationsSearch = { store?: string; state?: OperationState };

export function operationsSearch(search: Record<string, unknown>): OperationsSearch {
  const store = textOf(search.store, 32);
  const state = OPERATION_STATES.find((known) => known === search.state);
  return { ...(store !== undefined && { store }), ...(state && { state }) };
}
