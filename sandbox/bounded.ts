/** A list that forgets its oldest entries: long runs must not leak. */
export type Bounded<T> = { add(entry: T): void; list(): readonly T[]; clear(): void };

export function createBounded<T>(limit: number): Bounded<T> {
  let entries: T[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // Cutting a quarter at a time keeps adding cheap.
      if (entries.length > limit) entries = entries.slice(Math.ceil(limit / 4));
    },
    list: () => entries,
    clear() {
      entries = [];
    },
  };
}
