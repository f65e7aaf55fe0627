import type { Activate } from '../../kernel/background-tasks.ts';

/** Keys that a background task is to see to in its next run. */
export type Inbox<K> = {
  /** Adds a key and activates the task. */
  add(key: K): void;
  /** Empties it. */
  take(): K[];
};

/** Carries what is noticed somewhere to the task that sees to it, which may be made later. */
export function createInbox<K>(activate: Activate): Inbox<K> {
  const keys = new Set<K>();
  return {
    add(key) {
      keys.add(key);
      activate();
    },
    take() {
      const taken = [...keys];
      keys.clear();
      return taken;
    },
  };
}
