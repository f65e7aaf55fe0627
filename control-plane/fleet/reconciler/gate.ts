/** Lets so many through at one time; the others wait in the order of their coming. */
export type Gate = { pass<T>(work: () => Promise<T>): Promise<T> };

export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async pass(work) {
      if (inside < width) inside += 1;
      // Whoever leaves hands its place on.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside -= 1;
      }
    },
  };
}
