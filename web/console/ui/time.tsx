import { useEffect, useReducer } from 'react';
import { type Language, useLanguage } from '../words/language.ts';

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const locale = (language: Language) => (language === 'id' ? 'id-ID' : 'en-GB');

/** `3 minutes ago`, `in 2 days`. Short Indonesian has one letter for hours and days. */
export function relative(at: number, now: number, language: Language): string {
  const seconds = Math.round((at - now) / 1_000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[5];
  return new Intl.RelativeTimeFormat(locale(language), {
    numeric: 'auto',
    style: language === 'id' ? 'long' : 'short',
  }).format(Math.trunc(seconds / length), unit);
}

export const exact = (at: string, language: Language): string =>
  new Date(at).toLocaleString(locale(language), { dateStyle: 'medium', timeStyle: 'long' });

const listeners = new Set<() => void>();
setInterval(() => {
  if (!document.hidden) for (const listener of listeners) listener();
}, 10_000);

/** A moment as its distance from now; the exact one shows on hover and on focus. In rows of a table it is no stop of Tab. */
export function Time({ at, inRow = false }: { at: string; inRow?: boolean }) {
  const language = useLanguage();
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    listeners.add(again);
    return () => void listeners.delete(again);
  }, []);
  const whole = exact(at, language);
  return (
    <time
      dateTime={at}
      data-exact={whole}
      title={whole}
      tabIndex={inRow ? undefined : 0}
      className={inRow ? 'exact relative whitespace-nowrap' : 'exact relative'}
    >
      {relative(Date.parse(at), Date.now(), language)}
    </time>
  );
}
