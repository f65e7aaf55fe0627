import type { Language } from '../words/language.ts';

const formats = {
  en: new Intl.NumberFormat('en-GB'),
  id: new Intl.NumberFormat('id-ID'),
};

/** A count in the language's own writing: `10,000` or `10.000`. */
export const written = (count: number, language: Language): string => formats[language].format(count);

/** Bytes for people: `0.13 MB`, `42 MB`; in Indonesian `0,13 MB`. */
export function megabytes(size: number, language: Language): string {
  const digits = size < 10_000_000 ? 2 : 0;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(size / 1_000_000)} MB`;
}

/** An amount as it is written where the stores are: `Rp 1.234.567`, in both languages. */
export const rupiah = (amount: number): string => `Rp ${formats.id.format(amount)}`;
