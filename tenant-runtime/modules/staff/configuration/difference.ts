import { isDeepStrictEqual } from 'node:util';
import type { Difference, Item } from './schema.ts';

/** How `now` differs from what was `kept`, thing by thing. */
export function differenceOf<I extends Item>(kept: readonly I[], now: readonly I[]): Difference<I> {
  const present = new Map(now.map((item) => [item.id, item]));
  const known = new Set(kept.map((item) => item.id));
  const difference: Difference<I> = { changed: [], missing: [], newer: now.filter((item) => !known.has(item.id)) };
  for (const item of kept) {
    const today = present.get(item.id);
    if (!today) difference.missing.push(item);
    else if (!isDeepStrictEqual(today, item)) difference.changed.push({ now: today, kept: item });
  }
  return difference;
}
