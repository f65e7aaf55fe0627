import type { Language } from '../words/language.ts';

const formats = {
  en: new Intl.NumberFormat('en-GB'),
  id: new Intl.NumberFormat('id-ID'),
};

/** A count in the language's own writing: `10,000` or `10.000`. */
export const written = (count: number, language: Language): string => formats[language].format(count);

/** An amount as it is written where the stores are: `Rp 1.234.567`, in both languages. */
export const rupiah = (amount: number): string => `Rp ${formats.id.format(amount)}`;
