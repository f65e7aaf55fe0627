import { copy } from './copy.ts';
import type { Opening } from './service.ts';

/** Why a deposit was not made, in words that fit a toast. */
export function refusalText(opening: Exclude<Opening, { kind: 'created' }>): string {
  switch (opening.kind) {
    case 'existing':
      return copy.alreadyMade;
    case 'blocked':
      return copy.blocked;
    case 'out_of_range':
      return copy.outOfRange(opening.min, opening.max);
    case 'too_many_open':
      return copy.tooManyOpen(opening.open);
    case 'too_many_recent':
      return copy.tooManyRecent;
  }
}
