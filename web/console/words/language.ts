import { useSyncExternalStore } from 'react';

export type Language = 'en' | 'id';
const KEPT_AS = 'lapak.language';

/** A dictionary of one screen: Indonesian has every word that English has, of the same shape. */
export type Dictionary<T> = { en: T; id: T };
export const dictionary = <T extends Record<string, unknown>>(en: T, id: NoInfer<T>): Dictionary<T> => ({ en, id });

const listeners = new Set<() => void>();
let language: Language = chosen() ?? (navigator.language.startsWith('id') ? 'id' : 'en');
document.documentElement.lang = language;

/** A browser may keep nothing for us: then the choice holds for this tab. */
function chosen(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return kept === 'en' || kept === 'id' ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT_AS, next);
  } catch {
    // Not kept: it holds for this tab.
  }
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => language,
  );
}

/** The words of a screen in the language that was chosen. */
export const useWords = <T>(words: Dictionary<T>): T => words[useLanguage()];
