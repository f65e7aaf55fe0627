/**
 * Calls `work` for every item, at most `width` at a time. Rejects with the first fault, and at once: a fault ends only the
 * lane that it happened in, and the others go on with the items that are left.
 */
export async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
