import { z } from 'zod';
import type { Form } from '../../../../bot/form.ts';
import { type FieldProblem, parseTerms } from '../../catalog/index.ts';

const ofProduct = z.object({ productId: z.number() });

/** Forms come from the database, where an older version of the store may have left them. */
export const readProductId = (form: Form): number | undefined => ofProduct.safeParse(form.data).data?.productId;

type Problem = { ok: false; problem: FieldProblem | 'no_bar' | 'no_product' };
/** `null` stands for "no terms any more". */
type Terms = { ok: true; terms: string | null } | Problem;

/** New terms, or the word `hapus`. */
export function parseNewTerms(text: string): Terms {
  if (/^hapus$/i.test(text.trim())) return { ok: true, terms: null };
  const parsed = parseTerms(text);
  return parsed.ok ? { ok: true, terms: parsed.value } : parsed;
}

/** `product | terms` or `product | hapus`; the terms may hold more bars. */
export function parseForm(text: string): { ok: true; product: string; terms: string | null } | Problem {
  const bar = text.indexOf('|');
  if (bar < 0) return { ok: false, problem: 'no_bar' };
  const product = text.slice(0, bar).trim();
  if (product === '') return { ok: false, problem: 'no_product' };
  const parsed = parseNewTerms(text.slice(bar + 1));
  return parsed.ok ? { ...parsed, product } : parsed;
}

export type FormProblem = Problem['problem'];
