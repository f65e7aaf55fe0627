import { useEffect, useLayoutEffect, useRef } from 'react';
import { newKey } from '../api/client.ts';

const KEPT_AS = 'lapak.scroll';
/** Entries of the history whose places are remembered. */
const MOST = 100;
const BY_HAND = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const;

const places = new Map<string, number>(kept());

function kept(): [string, number][] {
  try {
    return Object.entries<number>(JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '{}'));
  } catch {
    // A browser may keep nothing for us: then a reload begins at the top.
    return [];
  }
}

function keep(): void {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(Object.fromEntries([...places].slice(-MOST))));
  } catch {
    // As above.
  }
}

/** What an entry of the history is known by. */
export const newEntryState = () => ({ key: newKey() });
export const entryKey = (): string => String(window.history.state?.key ?? '');

/** A new entry of the history begins at its top; one that is come back to is where it was left. */
export function useScrollRestoration(key: string): void {
  const shown = useRef(key);
  useEffect(() => {
    window.history.scrollRestoration = 'manual';
    if (entryKey() === '') window.history.replaceState(newEntryState(), '');
    const remember = () => {
      places.delete(shown.current);
      places.set(shown.current, window.scrollY);
    };
    window.addEventListener('scroll', remember, { passive: true });
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('scroll', remember);
      window.removeEventListener('pagehide', keep);
    };
  }, []);
  useLayoutEffect(() => {
    // Without a key it was the browser that went: to a part of this screen.
    if (key === '') return;
    shown.current = key;
    return scrollTo(places.get(key) ?? 0);
  }, [key]);
}

/** Scrolls there, again as the screen grows while it is read, until somebody scrolls by hand. */
function scrollTo(place: number): () => void {
  const isThere = () => {
    window.scrollTo(0, place);
    return Math.abs(window.scrollY - place) < 1;
  };
  if (isThere()) return () => {};
  const observer = new ResizeObserver(() => {
    if (isThere()) stop();
  });
  const stop = () => {
    observer.disconnect();
    for (const event of BY_HAND) window.removeEventListener(event, stop);
  };
  observer.observe(document.body);
  for (const event of BY_HAND) window.addEventListener(event, stop, { passive: true });
  return stop;
}
