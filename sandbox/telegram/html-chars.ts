const NAMED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
]);

/**
 * Reads the character reference that starts at `text[at] === '&'`. As in Telegram, only four names are known, a
 * number may be decimal or hexadecimal, and the semicolon may be missing; anything else stays as it is written. A
 * number of half a surrogate pair is that half: the text that it stands in is refused.
 */
export function decodeReference(text: string, at: number): { char: string; end: number } | undefined {
  const number = /^&#(x[0-9a-fA-F]*|\d*)/.exec(text.slice(at, at + 12));
  if (number) {
    const digits = number[1] ?? '';
    const code = digits.startsWith('x') ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
    if (!(code > 0 && code < 0x10ffff) || number[0].length >= 10) return undefined;
    return { char: String.fromCodePoint(code), end: afterSemicolon(text, at + number[0].length) };
  }
  const name = /^&([a-z]+)/i.exec(text.slice(at, at + 12));
  const char = NAMED.get(name?.[1] ?? '');
  return name && char ? { char, end: afterSemicolon(text, at + name[0].length) } : undefined;
}

const afterSemicolon = (text: string, end: number) => (text[end] === ';' ? end + 1 : end);

export const isHalfSurrogate = (char: string): boolean => !char.isWellFormed();
