import { MAX_RUPIAH, parseRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { withoutInvisible } from '../../../../kernel/text.ts';

/** Why a typed value cannot be a field of a product. */
export type FieldProblem =
  | 'code_shape'
  | 'empty'
  | 'name_long'
  | 'description_long'
  | 'terms_long'
  | 'price_not_a_price'
  | 'price_decimals'
  | 'price_too_small'
  | 'price_too_large'
  | 'category_long';

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: FieldProblem };

/** Longest values in characters, as Telegram counts them. Terms leave room for the line above them in a message. */
export const PRODUCT_LIMITS = { name: 100, description: 1000, terms: 3000, price: MAX_RUPIAH, category: 40 } as const;

export function parseCode(text: string): Parsed<string> {
  const value = withoutInvisible(text).trim();
  return /^[A-Za-z0-9_-]{1,32}$/.test(value) ? { ok: true, value } : { ok: false, problem: 'code_shape' };
}

/** A name is one line: breaks and runs of blanks become one blank. */
export function parseName(text: string): Parsed<string> {
  return bounded(withoutInvisible(text).replace(/\s+/g, ' '), PRODUCT_LIMITS.name, 'name_long');
}

/** Characters that take no room on the screen, or turn what stands beside them around. */
const UNSEEN = /[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
/** Something to see: the letters that are named here are blank. */
const SEEN = /[^\s\p{C}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u;

/** A category's name is one line that can be seen. */
export function parseCategoryName(text: string): Parsed<string> {
  const value = withoutInvisible(text).replace(/\s/g, ' ').replace(UNSEEN, '').replace(/ +/g, ' ').normalize('NFC');
  return SEEN.test(value) ? bounded(value, PRODUCT_LIMITS.category, 'category_long') : { ok: false, problem: 'empty' };
}

export function parsePrice(text: string): Parsed<Rupiah> {
  const parsed = parseRupiah(text);
  if (parsed.ok) return { ok: true, value: parsed.amount };
  return { ok: false, problem: parsed.reason === 'empty' ? 'empty' : `price_${parsed.reason}` };
}

/** `-` stands for "no description". */
export function parseDescription(text: string): Parsed<string | null> {
  if (text.trim() === '-') return { ok: true, value: null };
  return bounded(text, PRODUCT_LIMITS.description, 'description_long');
}

export function parseTerms(text: string): Parsed<string> {
  return bounded(text, PRODUCT_LIMITS.terms, 'terms_long');
}

function bounded(text: string, max: number, problem: FieldProblem): Parsed<string> {
  const value = text.trim();
  if (value === '') return { ok: false, problem: 'empty' };
  return value.length > max ? { ok: false, problem } : { ok: true, value };
}
