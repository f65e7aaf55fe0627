import { badRequest } from './api-error.ts';
import { attributeArgument, isSupportedTag, type OpenTag, tagEntity } from './html-tags.ts';
import type { Entity } from './types.ts';

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
function decodeReference(text: string, at: number): { char: string; end: number } | undefined {
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

const isHalfSurrogate = (char: string): boolean => !char.isWellFormed();

export type ParsedText = { text: string; entities: Entity[] };

const SPACE = /[\s\0]/;

/**
 * Parses Telegram's HTML into text and entities, with the rules and the words of the Bot API server: few tags, no
 * `<br>`, every tag closed in order, offsets of complaints in bytes.
 * @throws BotApiError "can't parse entities: …"
 */
export function parseHtml(html: string): ParsedText {
  const entities: Entity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let at = 0;
  let broken = false;
  const refuse = (what: string, position?: number) => {
    const where = position === undefined ? '' : ` at byte offset ${Buffer.byteLength(html.slice(0, position))}`;
    return badRequest(`can't parse entities: ${what}${where}`);
  };

  while (at < html.length) {
    const next = nextSpecial(html, at);
    text += html.slice(at, next);
    at = next;
    if (at >= html.length) break;
    if (html[at] === '&') {
      const reference = referenceAt(at);
      text += reference?.char ?? '&';
      at = reference?.end ?? at + 1;
    } else if (html[at + 1] === '/') {
      at = closeTag(at);
    } else {
      at = openTag(at);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw refuse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  if (broken) {
    throw refuse(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  }
  return { text, entities: inOrder(entities) };

  function referenceAt(from: number) {
    const reference = decodeReference(html, from);
    if (reference && isHalfSurrogate(reference.char)) broken = true;
    return reference;
  }

  function openTag(begin: number): number {
    let i = begin + 1;
    while (i < html.length && !SPACE.test(html[i]!) && html[i] !== '>') i++;
    if (i >= html.length) throw refuse('Unclosed start tag', begin);
    const name = html.slice(begin + 1, i).toLowerCase();
    if (!isSupportedTag(name)) throw refuse(`Unsupported start tag "${name}"`, begin);
    let argument = '';
    let unix = 0;
    while (html[i] !== '>') {
      const attribute = readAttribute(name, begin, i);
      i = attribute.end;
      argument = attributeArgument(name, attribute.name, attribute.value) ?? argument;
      if (name === 'tg-time' && attribute.name === 'unix') unix = unixTimeOf(attribute.value);
    }
    if (name === 'span' && argument !== 'spoiler') throw refuse('Tag "span" must have class "tg-spoiler"', begin);
    open.push({ name, argument, unix, offset: text.length });
    return i + 1;
  }

  function readAttribute(tag: string, begin: number, from: number): { name: string; value: string; end: number } {
    let i = skipSpace(html, from);
    if (html[i] === '>') return { name: '', value: '', end: i };
    const start = i;
    while (i < html.length && !/[\s=>/"']/.test(html[i]!)) i++;
    const name = html.slice(start, i);
    if (name === '')
      throw refuse(i >= html.length ? 'Unclosed start tag' : `Empty attribute name in the tag "${tag}"`, begin);
    i = skipSpace(html, i);
    if (html[i] !== '=') {
      if (i >= html.length) throw refuse(`Unclosed start tag "${tag}"`, begin);
      return { name, value: '', end: i };
    }
    i = skipSpace(html, i + 1);
    if (i >= html.length) throw refuse(`Unclosed start tag "${tag}"`, begin);
    const value = html[i] === '"' || html[i] === "'" ? quoted(i) : nameToken(i);
    if (value.end >= html.length) throw refuse('Unclosed start tag', begin);
    return { name, value: value.text, end: value.end };
  }

  function quoted(from: number): { text: string; end: number } {
    const quote = html[from];
    let value = '';
    let i = from + 1;
    while (i < html.length && html[i] !== quote) {
      const reference = html[i] === '&' ? referenceAt(i) : undefined;
      value += reference?.char ?? html[i];
      i = reference?.end ?? i + 1;
    }
    return { text: value, end: i + 1 };
  }

  function nameToken(from: number): { text: string; end: number } {
    let i = from;
    while (i < html.length && /[a-z0-9.-]/i.test(html[i]!)) i++;
    if (i < html.length && !SPACE.test(html[i]!) && html[i] !== '>') throw refuse('Unexpected end of name token', from);
    return { text: html.slice(from, i).toLowerCase(), end: i };
  }

  function closeTag(begin: number): number {
    const tag = open.at(-1);
    if (!tag) throw refuse('Unexpected end tag', begin);
    let i = begin + 2;
    while (i < html.length && !SPACE.test(html[i]!) && html[i] !== '>') i++;
    const name = html.slice(begin + 2, i).toLowerCase();
    i = skipSpace(html, i);
    if (html[i] !== '>') throw refuse('Unclosed end tag', begin);
    if (name !== '' && name !== tag.name) {
      throw refuse(
        `Unmatched end tag at byte offset ${Buffer.byteLength(html.slice(0, begin))}, expected "</${tag.name}>", found "</${name}>"`,
      );
    }
    open.pop();
    const entity = text.length > tag.offset ? tagEntity(tag, text, text.length - tag.offset) : undefined;
    if (entity) entities.push(entity);
    return i + 1;
  }
}

/** Reads as far as there are digits; 0, which is no time, when that is no 32-bit number. */
function unixTimeOf(value: string): number {
  const unix = Number(/^\d+/.exec(value)?.[0] ?? 0);
  return unix <= 0x7fffffff ? unix : 0;
}

function nextSpecial(html: string, from: number): number {
  for (let i = from; i < html.length; i++) if (html[i] === '<' || html[i] === '&') return i;
  return html.length;
}

function skipSpace(html: string, from: number): number {
  let i = from;
  while (i < html.length && SPACE.test(html[i]!)) i++;
  return i;
}

/** Outer before inner. `<pre><code class="language-x">` is one block, and inside code nothing else is marked. */
function inOrder(entities: Entity[]): Entity[] {
  // Inner tags close first: reversed, an outer tag of the same extent comes before its inner one.
  const sorted = entities.reverse().sort((a, b) => a.offset - b.offset || b.length - a.length);
  const kept: Entity[] = [];
  for (const entity of sorted) {
    const outer = kept.findLast(
      (other) => ['pre', 'code'].includes(other.type) && entity.offset < other.offset + other.length,
    );
    if (!outer) {
      const { language, ...plain } = entity;
      kept.push(entity.type === 'code' ? plain : entity);
    } else if (outer.type === 'pre' && entity.language && entity.length === outer.length) {
      outer.language = entity.language;
    }
  }
  return kept;
}
