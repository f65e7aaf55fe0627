/** Runs the calls of one key one after another, and those of different keys side by side. */
export type Serial = {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when everything that was queued so far is done. */
  idle(): Promise<void>;
};

export function createSerial(): Serial {
  const tails = new Map<string, Promise<void>>();
  return {
    run(key, work) {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work);
      // The next in line waits for the end of this turn, whatever it was; its error belongs to this caller.
      const tail = turn.then(
        () => {},
        () => {},
      );
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return turn;
    },
    async idle() {
      await Promise.all(tails.values());
    },
  };
}
