/** So many alerts reach a chat one by one; what comes on top is gathered and told in one message that counts. */
const MOST_IN_WINDOW = 10;
const WINDOW_MS = 60_000;

/** Counts the alerts of each chat. Kept in memory: a restart only lets a few more through. */
export type AlertGate = {
  /** Milliseconds until another may be said; 0 for now. */
  waitMs(chatId: number): number;
  pass(chatId: number): void;
};

export function createGate(now: () => number = () => performance.now()): AlertGate {
  const passed = new Map<number, number[]>();
  return {
    waitMs(chatId) {
      const times = passed.get(chatId) ?? [];
      const oldest = times.at(-MOST_IN_WINDOW);
      return oldest === undefined ? 0 : Math.max(0, oldest + WINDOW_MS - now());
    },
    pass(chatId) {
      passed.set(chatId, [...(passed.get(chatId) ?? []), now()].slice(-MOST_IN_WINDOW));
    },
  };
}
