/** One counter for everything that happens in a sandbox, so that any two events can be put in order. */
export type Sequence = { next(): number; last(): number };

export function createSequence(): Sequence {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return last;
    },
    last: () => last,
  };
}
