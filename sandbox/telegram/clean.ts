import type { ParsedText } from './html.ts';

/**
 * Cleans a parsed text as the server does, and moves its entities along: control characters and TAB become spaces;
 * carriage returns, U+2028 to U+202E and the combining lines U+0333, U+033F and U+030A vanish.
 */
export function cleaned({ text, entities }: ParsedText): ParsedText {
  const moved: number[] = [];
  let clean = '';
  for (let at = 0; at < text.length; at++) {
    moved.push(clean.length);
    const code = text.charCodeAt(at);
    if (!vanishes(code)) clean += code < 0x20 && code !== 0x0a ? ' ' : text[at];
  }
  const place = (offset: number) => moved[offset] ?? clean.length;
  return {
    text: clean,
    entities: entities.flatMap((entity) => {
      const offset = place(entity.offset);
      const length = place(entity.offset + entity.length) - offset;
      return length > 0 ? [{ ...entity, offset, length }] : [];
    }),
  };
}

const vanishes = (code: number) =>
  code === 0x0d || (code >= 0x2028 && code <= 0x202e) || code === 0x0333 || code === 0x033f || code === 0x030a;

/** Cuts spaces and line ends off both ends, at the start only up to the first entity, and moves the entities along. */
export function trimmed({ text, entities }: ParsedText): ParsedText {
  const end = text.replace(/[ \n]+$/, '').length;
  const first = entities[0]?.offset ?? end;
  const start = Math.min(text.length - text.replace(/^[ \n]+/, '').length, first, end);
  const kept = entities.flatMap((entity) => {
    const length = Math.min(entity.offset + entity.length, end) - entity.offset;
    return length > 0 ? [{ ...entity, offset: entity.offset - start, length }] : [];
  });
  return { text: text.slice(start, end), entities: kept };
}

/** Spaces of every kind, and characters of no width: a text of nothing else is empty to the server. */
const NOTHING = /^[ \n\u00a0\u1680\u180e\u2000-\u200f\u202f\u205f\u2800\u3000\ufeff\ufffc\u{e0000}-\u{e007f}]*$/u;

export const isEmptyText = (text: string): boolean => NOTHING.test(text);
