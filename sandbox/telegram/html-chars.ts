const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * Reads the character reference that starts at `text[at] === '&'`. As in Telegram, only four names are known, a
 * number may be decimal or hexadecimal, and the semicolon may be missing; anything else stays as it is written.
 */
export function decodeReference(text: string, at: number): { char: string; end: number } | undefined {
  const number = /^&#(x[0-9a-f]*|\d*)/i.exec(text.slice(at, at + 12));
  if (number) {
    const digits = number[1] ?? '';
    const code =
      digits[0] === 'x' || digits[0] === 'X' ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
    if (!(code > 0 && code < 0x10ffff) || (code >= 0xd800 && code <= 0xdfff) || number[0].length >= 10)
      return undefined;
    return { char: String.fromCodePoint(code), end: afterSemicolon(text, at + number[0].length) };
  }
  const name = /^&([a-z]+)/i.exec(text.slice(at, at + 12));
  const char = name && NAMED[name[1] ?? ''];
  return char ? { char, end: afterSemicolon(text, at + name[0].length) } : undefined;
}

const afterSemicolon = (text: string, end: number) => (text[end] === ';' ? end + 1 : end);
