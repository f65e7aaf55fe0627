import { escapeHtml as escaped } from '../../kernel/html.ts';
import { isolated } from '../../kernel/text.ts';

/** HTML that Telegram may parse: every value that a person typed was escaped on its way in. */
export type Html = string & { readonly html: unique symbol };

export const escapeHtml = (text: string): Html => escaped(text) as Html;

/** Marks a text of ours as HTML. Never for anything that a person typed. */
export const rawHtml = (text: string): Html => text as Html;

type Value = string | number | Html | Raw;
class Raw {
  readonly value: Html;
  constructor(value: Html) {
    this.value = value;
  }
}

/** Puts HTML into a template unescaped: ``html`${keep(list)}` ``. */
export const keep = (value: Html): Raw => new Raw(value);

/** What is copied from there, or is no text, stays as it is. */
const VERBATIM = /(<code>|<pre>|=")$/;
/** Names and words; a longer text has lines of its own. */
const LONGEST_ISOLATED = 128;

function written(value: string | number, before: string): Html {
  const text = String(value);
  return escapeHtml(text.length > LONGEST_ISOLATED || VERBATIM.test(before) ? text : isolated(text));
}

/**
 * A template whose values are escaped, unless they are wrapped in `keep`. A name in a script that runs from right to left does
 * not turn its line around.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += value instanceof Raw ? value.value : written(value, parts[index] ?? '');
    text += parts[index + 1] ?? '';
  });
  return text as Html;
}

/**
 * A time that Telegram writes in the reader's own zone and language: `format` is Telegram's, such as `t` for the hour or
 * `r` for how long from now. Apps that do not know it show `text`.
 */
export const timeTag = (at: Date, format: 'r' | 't' | 'dt', text: string): Html =>
  html`<tg-time unix="${Math.floor(at.getTime() / 1000)}" format="${format}">${text}</tg-time>`;

/** Joins pieces with a line break. Falsy pieces are left out. */
export function lines(...pieces: (Html | '' | undefined | false)[]): Html {
  return pieces.filter((piece) => piece !== undefined && piece !== false).join('\n') as Html;
}

/** Joins pieces with an empty line between them. Falsy pieces are left out. */
export function paragraphs(...pieces: (Html | '' | undefined | false)[]): Html {
  return pieces.filter((piece) => piece).join('\n\n') as Html;
}

/** Characters as Telegram counts them: UTF-16 units after entity parsing. */
export function visibleLength(text: Html): number {
  return text.replace(/<[^>]*>/g, '').replace(/&(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);/gi, '.').length;
}

const REFERENCES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** What people read of it: without tags, entities as the characters that they stand for. */
export function plainText(text: Html): string {
  return text.replace(/<[^>]*>/g, '').replace(/&(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);/gi, (all, name: string) => {
    if (!name.startsWith('#')) return REFERENCES[name.toLowerCase()] ?? all;
    const code = Number(name.replace(/^#x/i, '0x').replace('#', ''));
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** The longest text and caption that Telegram takes, in characters after entity parsing. */
export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

/** Cuts plain text to `max` characters with an ellipsis, never through a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - 1;
  const splitsPair = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}

/** Cuts plain text into pieces of at most `max` characters, at line breaks where there are some, never through a pair. */
export function split(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const line = rest.lastIndexOf('\n', max - 1) + 1;
    const end = line > max / 2 ? line : max - (/[\uD800-\uDBFF]/.test(rest[max - 1] ?? '') ? 1 : 0);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}
