import type { Tenant } from '../../control-plane/api/contract/index.ts';

/** A store's state in a word, with what else one must know of it. */
export function stateText({ state, paused, operation }: Tenant): string {
  const also = [...(paused ? ['paused'] : []), ...(operation ? ['busy'] : [])];
  return also.length > 0 ? `${state} (${also.join(', ')})` : state;
}
