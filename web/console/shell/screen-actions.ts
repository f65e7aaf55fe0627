import { useEffect, useSyncExternalStore } from 'react';

/** What can be done on the screen that is shown, for whoever looks for it by its name. */
export type ScreenAction = { name: string; run(): void };

const NONE: readonly ScreenAction[] = [];
let shown = NONE;
const listeners = new Set<() => void>();

function show(next: readonly ScreenAction[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Offers the actions of a screen in the palette, for as long as it is shown. */
export function useScreenActions(actions: readonly ScreenAction[]): void {
  // After each rendering: what they do depends on what is shown now.
  useEffect(() => {
    show(actions);
    return () => show(NONE);
  });
}

export const useShownActions = (): readonly ScreenAction[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => shown,
  );
