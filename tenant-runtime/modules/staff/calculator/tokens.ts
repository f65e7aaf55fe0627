import { type Decimal, decimalOf } from './decimal.ts';

/** `at` is where it begins in the text, `text` what stands there. */
export type Token = { at: number; text: string } & (
  | { kind: 'number'; value: Decimal }
  | { kind: 'name' }
  | { kind: 'sign'; sign: Sign }
);
export type Sign = '+' | '-' | '*' | '/' | '(' | ')' | ',';

export type TokenProblem = {
  kind: 'unknown_character' | 'bad_number' | 'thousands' | 'number_too_long';
  at: number;
  what: string;
};

const MAX_NUMBER = 16;
const SIGNS: Readonly<Record<string, Sign>> = { '×': '*', '÷': '/', '−': '-', '–': '-', ';': ',' };

/** Cuts a formula into its words. A comma between two digits is a decimal comma; one before a space parts two values. */
export function tokenize(text: string): { ok: true; tokens: Token[] } | { ok: false; problem: TokenProblem } {
  const tokens: Token[] = [];
  const word = /\s+|(?<number>\d+(?:[.,]\d+)*)|(?<name>\p{L}[\p{L}\d_]*)|(?<sign>[-+*/(),;×÷−–])/uy;
  for (let at = 0; at < text.length; at = word.lastIndex) {
    word.lastIndex = at;
    const { number, name, sign } = word.exec(text)?.groups ?? {};
    if (word.lastIndex === 0) {
      return {
        ok: false,
        problem: { kind: 'unknown_character', at, what: String.fromCodePoint(text.codePointAt(at)!) },
      };
    }
    if (number !== undefined) {
      const kind = problemOf(number);
      if (kind) return { ok: false, problem: { kind, at, what: number } };
      tokens.push({ kind: 'number', at, text: number, value: parseDecimal(number) });
    } else if (name !== undefined) tokens.push({ kind: 'name', at, text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', at, text: sign, sign: SIGNS[sign] ?? (sign as Sign) });
  }
  return { ok: true, tokens };
}

function problemOf(number: string): TokenProblem['kind'] | undefined {
  if (number.length > MAX_NUMBER) return 'number_too_long';
  // `15.000` is fifteen thousand to people and fifteen to a computer: nobody guesses.
  if (/^[1-9]\d{0,2}([.,]\d{3})+$/.test(number)) return 'thousands';
  return /^\d+([.,]\d+)?$/.test(number) ? undefined : 'bad_number';
}

function parseDecimal(number: string): Decimal {
  const [whole = '', decimals = ''] = number.split(/[.,]/);
  return decimalOf(BigInt(whole + decimals), decimals.length);
}
