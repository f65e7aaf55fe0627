import type { Decimal } from './decimal.ts';
import { type Sign, type Token, type TokenProblem, tokenize } from './tokens.ts';

export const VARIABLES = ['harga', 'total_hari', 'sisa_hari', 'klaim'] as const;
export type Variable = (typeof VARIABLES)[number];
const FUNCTIONS = ['min', 'max'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
export type Operator = '+' | '-' | '*' | '/';

/** A formula that was understood. `at` is where an operator or a function stands in the text. */
export type Formula =
  | { kind: 'number'; value: Decimal }
  | { kind: 'variable'; name: Variable }
  | { kind: 'negative'; of: Formula }
  | { kind: 'operation'; operation: Operator | FunctionName; left: Formula; right: Formula; at: number };

export type FormulaProblem =
  | { kind: 'empty' }
  | { kind: 'too_long'; max: number }
  | { kind: PlacedProblem; at: number; what: string }
  | TokenProblem;
type PlacedProblem = 'unknown_name' | 'no_value' | 'no_operator' | 'not_closed' | 'two_values' | 'too_deep';

export const MAX_FORMULA = 200;
const MAX_DEPTH = 20;
const NOTHING: Formula = { kind: 'number', value: 0n };

/** Understands what a person typed, or says what is wrong with it first and where. Never throws. */
export function parseFormula(text: string): { ok: true; formula: Formula } | { ok: false; problem: FormulaProblem } {
  if (text.length > MAX_FORMULA) return { ok: false, problem: { kind: 'too_long', max: MAX_FORMULA } };
  const words = tokenize(text);
  if (!words.ok) return words;
  return words.tokens.length > 0 ? read(words.tokens, text.length) : { ok: false, problem: { kind: 'empty' } };
}

/** Recursive descent: sums of products of values. */
function read(tokens: readonly Token[], end: number): ReturnType<typeof parseFormula> {
  let next = 0;
  let depth = 0;
  let problem: FormulaProblem | undefined;

  /** Remembers the first problem and reads no further. */
  function refuse(kind: PlacedProblem, token = tokens[next]): Formula {
    problem ??= { kind, at: token?.at ?? end, what: token?.text ?? '' };
    next = tokens.length;
    return NOTHING;
  }

  function peek(): Sign | undefined {
    const token = tokens[next];
    return token?.kind === 'sign' ? token.sign : undefined;
  }

  function take(sign: Sign): boolean {
    if (peek() !== sign) return false;
    next += 1;
    return true;
  }

  function chain(operators: readonly Operator[], operand: () => Formula): Formula {
    let left = operand();
    for (;;) {
      const operation = operators.find((known) => known === peek());
      if (!operation) return left;
      const at = tokens[next]?.at ?? end;
      next += 1;
      left = { kind: 'operation', operation, left, right: operand(), at };
    }
  }
  const sum = (): Formula => chain(['+', '-'], product);
  const product = (): Formula => chain(['*', '/'], value);

  function value(): Formula {
    if (depth === MAX_DEPTH) return refuse('too_deep');
    depth += 1;
    const found = bare();
    depth -= 1;
    return found;
  }

  function bare(): Formula {
    const token = tokens[next];
    if (take('-')) return { kind: 'negative', of: value() };
    if (take('(')) return closed(token, sum());
    if (!token || token.kind === 'sign') return refuse('no_value');
    next += 1;
    if (token.kind === 'number') return { kind: 'number', value: token.value };
    const name = token.text.toLowerCase();
    const variable = VARIABLES.find((known) => known === name);
    if (variable) return { kind: 'variable', name: variable };
    const called = FUNCTIONS.find((known) => known === name);
    return called ? call(called, token) : refuse('unknown_name', token);
  }

  function call(operation: FunctionName, token: Token): Formula {
    const opening = tokens[next];
    if (!take('(')) return refuse('two_values', token);
    const left = sum();
    if (!take(',')) return refuse('two_values', token);
    const right = sum();
    if (peek() === ',') return refuse('two_values', token);
    return closed(opening, { kind: 'operation', operation, left, right, at: token.at });
  }

  function closed(opening: Token | undefined, inside: Formula): Formula {
    if (take(')')) return inside;
    return next < tokens.length ? refuse('no_operator') : refuse('not_closed', opening);
  }

  const formula = sum();
  if (next < tokens.length) refuse('no_operator');
  return problem ? { ok: false, problem } : { ok: true, formula };
}
