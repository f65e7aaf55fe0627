import { type Fee, type FeeProblem, feeText, parseFee } from './fee.ts';
import type { Formula } from './formula.ts';
import { checkFormula, type RefundProblem } from './refund.ts';

/** What the store may set, each one text. Their order is in callback data: append only. */
export const RULES = ['formula', 'fee'] as const;
export type Rule = (typeof RULES)[number];

export const DEFAULTS: Readonly<Record<Rule, string>> = {
  formula: 'harga * sisa_hari / total_hari * (1 - klaim * 0.1)',
  fee: '0,7% + Rp310',
};

/** A rule that can be used: `text` is how it is kept. */
export type CheckedRule = { rule: 'formula'; text: string; formula: Formula } | { rule: 'fee'; text: string; fee: Fee };

export type RuleProblem = { rule: 'formula'; problem: RefundProblem } | { rule: 'fee'; problem: FeeProblem };

/** Reads a rule as a person typed it. Places in its problem are places in `tidy(typed)`. */
export function checkRule(
  rule: Rule,
  typed: string,
): { ok: true; checked: CheckedRule } | ({ ok: false } & RuleProblem) {
  const text = tidy(typed);
  if (rule === 'formula') {
    const read = checkFormula(text);
    return read.ok
      ? { ok: true, checked: { rule, text, formula: read.formula } }
      : { ok: false, rule, problem: read.problem };
  }
  const read = parseFee(text);
  return read.ok
    ? { ok: true, checked: { rule, text: feeText(read.fee), fee: read.fee } }
    : { ok: false, rule, problem: read.problem };
}

export const tidy = (typed: string): string => typed.trim().replace(/\s+/g, ' ');
