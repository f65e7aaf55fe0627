import { shortId } from '../kernel/ids.ts';
import { type Condition, createCondition } from './condition.ts';

/** One counter for everything that happens in a sandbox, so that any two events can be put in order. */
export type Sequence = {
  next(): number;
  last(): number;
  /** Another one since everything was forgotten: what a reader knows of the one before is worth nothing. */
  readonly era: string;
  forget(): void;
  /** Rings when a number was given, once what it was given for is written down. */
  readonly changed: Condition;
};

export function createSequence(): Sequence {
  let last = 0;
  let era = shortId(8);
  const changed = createCondition();
  return {
    changed,
    get era() {
      return era;
    },
    forget() {
      era = shortId(8);
    },
    next: () => {
      last += 1;
      queueMicrotask(changed.notify);
      return last;
    },
    last: () => last,
  };
}
