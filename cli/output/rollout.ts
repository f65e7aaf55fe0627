import type { z } from 'zod';
import type { Rollout, RolloutStore } from '../../control-plane/api/contract/index.ts';
import { facts, table } from './table.ts';
import { actorText, count, printable } from './text.ts';
import { stamp } from './time.ts';

export type ShownRollout = z.infer<typeof Rollout>;
export type ShownStore = z.infer<typeof RolloutStore>;

/** What a rollout does, in a few words. */
export function changeText({ change }: ShownRollout): string {
  if (change.kind === 'image') return `image ${change.image ?? 'of the control plane'}`;
  if (change.kind !== 'configuration') return change.kind;
  const env = Object.entries(change.env ?? {}).map(([key, value]) => (value === null ? `-${key}` : `${key}=${value}`));
  const limits = Object.entries(change.limits ?? {}).map(([name, value]) => `${name} ${value}`);
  return `configuration ${[...env, ...limits].join(', ')}`;
}

/** Where it is: `canary, 1 of 1 done; 1 of 40 stores done`. */
export function progressText(rollout: ShownRollout): string {
  const { waves, at, counts, total, state } = rollout;
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : '';
  const done = `${total - counts.waiting - counts.running} of ${count(total, 'store')} done${failed}`;
  if (state === 'reverting')
    return `going back: ${counts.reverted} are back, ${counts.succeeded + counts.running} left`;
  const wave = waves[at];
  const where = wave && waves.length > 1 ? `${wave.name}, ${wave.done} of ${wave.stores} done; ` : '';
  return state === 'running' ? `${where}${done}` : `${state}: ${done}`;
}

export function rolloutFacts(rollout: ShownRollout): string {
  const { id, state, reason, requestedBy, requestedByName, createdAt, finishedAt, counts } = rollout;
  const head = facts({
    Rollout: id,
    What: changeText(rollout),
    State: state,
    Reason: reason ?? undefined,
    'Asked by': actorText(requestedBy, requestedByName),
    Asked: stamp(createdAt),
    Ended: stamp(finishedAt),
    Stores: Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([name, number]) => `${number} ${name}`)
      .join(', '),
  });
  const waves = rollout.waves.map((wave, number) => [
    number === rollout.at && finishedAt === null ? `${wave.name} ←` : wave.name,
    String(wave.stores),
    String(wave.done),
    String(wave.failed),
  ]);
  return `${head}\n\n${table(['WAVE', 'STORES', 'DONE', 'FAILED'], waves)}`;
}

/** The store and why it is as it is, in one line. */
export const storeLine = ({ store, detail }: ShownStore): string =>
  `${printable(store)}${detail === null ? '' : `: ${printable(detail.split('\n', 1)[0] ?? '')}`}`;
