import type { Formula, FunctionName, Operator, Variable } from './formula.ts';
import { add, divide, type Fraction, fraction, isLess, multiply, negative } from './fraction.ts';

/** One operation on the way to the result. */
export type Step = { operation: Operator | FunctionName; left: Fraction; right: Fraction; result: Fraction };

export type Evaluation =
  | { ok: true; value: Fraction; steps: Step[] }
  /** A division by zero; `at` is where its sign stands in the formula. */
  | { ok: false; at: number };

/** Works a formula out exactly, with every step on the way. The values are whole numbers. */
export function evaluate(formula: Formula, values: Readonly<Record<Variable, number>>): Evaluation {
  const steps: Step[] = [];
  let zeroAt: number | undefined;

  function operate(operation: Step['operation'], left: Fraction, right: Fraction): Fraction {
    switch (operation) {
      case '+':
        return add(left, right);
      case '-':
        return add(left, negative(right));
      case '*':
        return multiply(left, right);
      case '/':
        return divide(left, right);
      case 'min':
        return isLess(right, left) ? right : left;
      case 'max':
        return isLess(left, right) ? right : left;
    }
  }

  function resultOf(node: Formula): Fraction {
    if (node.kind === 'number') return node.value;
    if (node.kind === 'variable') return fraction(BigInt(values[node.name]));
    if (node.kind === 'negative') return negative(resultOf(node.of));
    const left = resultOf(node.left);
    const right = resultOf(node.right);
    if (node.kind === 'operation' && node.operator === '/' && right.numerator === 0n) {
      zeroAt ??= node.at;
      return left;
    }
    const operation = node.kind === 'call' ? node.name : node.operator;
    const result = operate(operation, left, right);
    steps.push({ operation, left, right, result });
    return result;
  }

  const value = resultOf(formula);
  return zeroAt === undefined ? { ok: true, value, steps } : { ok: false, at: zeroAt };
}
