import type { Rupiah } from '../../../../kernel/money.ts';
import { type Decimal, decimalOf, rounded, wholeOf } from './decimal.ts';
import { evaluate, type Failure, type Step } from './evaluate.ts';
import { type Formula, type FormulaProblem, parseFormula } from './formula.ts';

/** What a refund is worked out from. */
export type Purchase = { price: Rupiah; total: number; used: number; claims: number };

export type Refund =
  | { kind: 'refund'; amount: Rupiah; result: Decimal; steps: Step[]; bound: 'zero' | 'price' | undefined }
  | Failure;

/** The refund by this formula: never below zero nor above the price, and rounded down to whole rupiah. */
export function refundOf(formula: Formula, { price, total, used, claims }: Purchase): Refund {
  const values = { harga: price, total_hari: total, sisa_hari: total - used, klaim: claims };
  const evaluation = evaluate(formula, values);
  if (!evaluation.ok) return evaluation.failure;
  const { steps } = evaluation;
  const result = rounded(evaluation.value);
  if (result < 0n) return { kind: 'refund', amount: 0, result, steps, bound: 'zero' };
  if (result > decimalOf(BigInt(price))) return { kind: 'refund', amount: price, result, steps, bound: 'price' };
  return { kind: 'refund', amount: Number(wholeOf(result)), result, steps, bound: undefined };
}

/** What a new formula is shown with. */
export const EXAMPLE: Purchase = { price: 100_000, total: 30, used: 10, claims: 1 };

/** What it must work for besides: nothing used and nothing claimed, all used, one day bought, many claims. */
const EDGES: readonly Purchase[] = [
  EXAMPLE,
  { price: 100_000, total: 30, used: 0, claims: 0 },
  { price: 100_000, total: 30, used: 30, claims: 0 },
  { price: 100_000, total: 30, used: 10, claims: 10 },
  { price: 100_000, total: 1, used: 1, claims: 1 },
];

export type RefundProblem = FormulaProblem | (Failure & { purchase: Purchase });

/** A formula that can be used, or why it cannot: it is tried on purchases as they happen before it is kept. */
export function checkFormula(text: string): { ok: true; formula: Formula } | { ok: false; problem: RefundProblem } {
  const parsed = parseFormula(text);
  if (!parsed.ok) return parsed;
  for (const purchase of EDGES) {
    const refund = refundOf(parsed.formula, purchase);
    if (refund.kind !== 'refund') return { ok: false, problem: { ...refund, purchase } };
  }
  return parsed;
}
