import { type Decimal, decimalOf, divide, isTooLarge, isZero, multiply } from './decimal.ts';
import type { Formula, FunctionName, Operator, Variable } from './formula.ts';

/** One operation on the way to the result. */
export type Step = { operation: Operator | FunctionName; left: Decimal; right: Decimal; result: Decimal };

/** Why there is no result; `at` is where the operator stands in the formula. */
export type Failure = { kind: 'division_by_zero' | 'too_large'; at: number };

export type Evaluation = { ok: true; value: Decimal; steps: Step[] } | { ok: false; failure: Failure };

const OPERATIONS: Readonly<Record<Step['operation'], (left: Decimal, right: Decimal) => Decimal>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': multiply,
  '/': divide,
  min: (left, right) => (right < left ? right : left),
  max: (left, right) => (left < right ? right : left),
};

/** Works a formula out, with every step on the way. The values are whole numbers. */
export function evaluate(formula: Formula, values: Readonly<Record<Variable, number>>): Evaluation {
  const steps: Step[] = [];
  let failure: Failure | undefined;

  function resultOf(node: Formula): Decimal {
    if (node.kind === 'number') return node.value;
    if (node.kind === 'variable') return decimalOf(BigInt(values[node.name]));
    if (node.kind === 'negative') return -resultOf(node.of);
    const { operation, at } = node;
    const left = resultOf(node.left);
    const right = resultOf(node.right);
    const fail = (kind: Failure['kind']): Decimal => {
      failure ??= { kind, at };
      return 0n;
    };
    if (operation === '/' && isZero(right)) return fail('division_by_zero');
    const result = OPERATIONS[operation](left, right);
    steps.push({ operation, left, right, result });
    return isTooLarge(result) ? fail('too_large') : result;
  }

  const value = resultOf(formula);
  return failure ? { ok: false, failure } : { ok: true, value, steps };
}
