import { useSyncExternalStore } from 'react';

/** Whether the screen is as a media query says: `(min-width: 64rem)`. */
export function useWide(media: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(media);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(media).matches,
  );
}
