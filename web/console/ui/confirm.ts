import type { ReactNode } from 'react';
import { useSyncExternalStore } from 'react';

/** A question before something is done. With `typed`, that text has to be typed first, say the name of a store. */
export type Question = { title: string; text?: ReactNode; action: string; danger?: boolean; typed?: string };
export type Asked = Question & { answer(yes: boolean): void };

let asked: Asked | undefined;
const listeners = new Set<() => void>();

function show(next: Asked | undefined): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** Asks, and resolves to whether the answer was yes. A question in the place of another answers that with no. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    show({
      ...question,
      answer(yes) {
        show(undefined);
        resolve(yes);
      },
    });
  });
}

export const useAsked = (): Asked | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => asked,
  );
