import type { Log } from '../../kernel/log.ts';

/** What was started, to be stopped in the opposite order. */
export type UndoStack = {
  push(name: string, stop: () => Promise<unknown>): void;
  /** Stops everything down to and including `name`. */
  runUntil(name: string): Promise<void>;
  /** Stops everything. One that fails is told, and does not keep the others running. */
  run(): Promise<void>;
};

export function createUndoStack(log: Log): UndoStack {
  const stack: { name: string; stop: () => Promise<unknown> }[] = [];
  async function pop(): Promise<string | undefined> {
    const top = stack.pop();
    if (!top) return undefined;
    try {
      await top.stop();
    } catch (error) {
      log.warn({ part: top.name, err: error }, 'a part did not stop cleanly');
    }
    return top.name;
  }
  return {
    push: (name, stop) => void stack.push({ name, stop }),
    async runUntil(name) {
      for (let last = await pop(); last !== undefined && last !== name; last = await pop());
    },
    async run() {
      while ((await pop()) !== undefined);
    },
  };
}
