import type { TenantState } from '../../../../control-plane/api/contract/index.ts';
import { textOf } from '../../parts/search.ts';

export const TENANT_STATES = [
  'provisioning',
  'running',
  'degraded',
  'stopped',
  'suspended',
  'failed',
  'removing',
] as const satisfies TenantState[];

export type HealthSearch = { q?: string; state?: TenantState };

export function healthSearch(search: Record<string, unknown>): HealthSearch {
  const q = textOf(search.q, 64);
  const state = TENANT_STATES.find((known) => known === search.state);
  return { ...(q !== undefined && { q }), ...(state && { state }) };
}
