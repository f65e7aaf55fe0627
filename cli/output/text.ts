import { stripVTControlCharacters } from 'node:util';
import { seen } from '../../kernel/text.ts';

/** Text that others wrote, fit for a terminal: no escape sequence, no control character, nothing unseen, one line. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  return seen(stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '));
}

const ASCII = /^[ -~]*$/;

/** Columns that a text takes in a terminal: emoji and ideographs take two. */
export function width(text: string): number {
  const plain = stripVTControlCharacters(text);
  // Most texts are: a segmenter takes longer to make than a short command takes otherwise.
  if (ASCII.test(plain)) return plain.length;
  let columns = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(plain)) {
    columns +=
      /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60]/u.test(segment)
        ? 2
        : 1;
  }
  return columns;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** `1 store`, `2 stores` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A number of bytes: `0.13 MB`, `42 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 2 : 0)} MB`;
}

/** Who did something: the name of the key, which people know, and its id, which no other key has. */
export const actorText = (actor: string, name: string | null | undefined): string =>
  name ? `${name} (${actor})` : actor;
