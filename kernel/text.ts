/**
 * A text from elsewhere as Postgres takes it, in a text and within JSON, and as a terminal may show it: control characters
 * other than newline and tab, and halves of characters that a cut has left, become U+FFFD.
 */
export const storable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD').toWellFormed();

/** Takes no room on the screen, or turns what stands beside it around: nobody types it, pastes bring it along. */
const INVISIBLE =
  /(?<joiner>[\u200C\u200D])|[\u00AD\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0]/gu;

/** Where a joiner does its work: between pictures (👨‍👩‍👧), and beside letters of scripts that are written joined. */
const PICTURE_BEFORE = /\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*$/u;
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u;
const JOINED_BEFORE = /[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]]$/v;

/**
 * A typed or pasted text without what cannot be seen in it: `KODE\u200B` is `KODE`. White space is left alone, and so are
 * joiners that hold an emoji or letters together. Goes over names, codes, goods and search words at the edge.
 */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, (found: string, joiner: string | undefined, at: number) => {
    if (joiner === undefined) return '';
    const before = text.slice(Math.max(0, at - 8), at);
    const inPicture =
      joiner === '\u200D' && PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(text.slice(at + 1, at + 3));
    return inPicture || JOINED_BEFORE.test(before) ? found : '';
  });
}

/** Also unseen or out of place, and of use only to deceive: format characters, tags, blanks of other scripts, and stacks of marks. */
const DECEPTIVE =
  /[\u034F\u061C\u17B4\u17B5\u2800\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]|(?<=\p{M}{3})\p{M}+/gu;

/** A text of which nothing is hidden, and that turns nothing around it. */
export const seen = (text: string): string => withoutInvisible(text).replace(DECEPTIVE, '');

/**
 * What somebody else wrote, to be shown among our own words: whole characters that can be seen, that turn nothing around
 * and reach into no other line. Cut to `longest` characters.
 */
export function quotable(text: string, longest: number): string {
  // Whatever is taken out, of a text that is far longer no more is looked at.
  const begun = text.slice(0, longest * 4);
  const clean = seen(storable(begun.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  if (clean.length <= longest && begun.length === text.length) return clean;
  return `${clean.slice(0, longest - 1).toWellFormed()}…`;
}

/** The same of what has one line, such as a name. */
export const quotableLine = (text: string, longest: number): string =>
  quotable(text.slice(0, longest * 4).replace(/[\s\u0085]+/g, ' '), longest);

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A text of a script that runs from right to left, kept from turning the line around that it stands in (FSI … PDI). */
export const isolated = (text: string): string =>
  RIGHT_TO_LEFT.test(text) && !text.includes('\n') ? `\u2068${text}\u2069` : text;

const CANCEL_WORDS: ReadonlySet<string> = new Set(['batal', 'batalkan', 'cancel']);

/**
 * Whether a message says nothing but "batal": in any case, with any punctuation, emoji and blanks around it, as a command,
 * or in English. A digit or another word beside it makes it something else.
 */
export function isCancelWord(text: string): boolean {
  if (text.length > 64) return false;
  const typed = withoutInvisible(text.normalize('NFKC')).replace(/^\s*(\/\p{L}+)@\w+\s*$/u, '$1');
  if (/\p{N}/u.test(typed.replace(/[\u20E3]/gu, ''))) return false;
  const words = typed.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.length === 1 && CANCEL_WORDS.has(words[0] ?? '');
}

/** Whether Postgres takes a text, in a text and within JSON: it has no NUL, and no half of a character. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const UNSTORABLE = /\0|\p{Surrogate}/gu;

type Found = { holder: Record<string, unknown>; key: string; pointer: string };

/** Every text and every name below a value that was parsed of JSON which Postgres cannot store. Of any depth: no recursion. */
function* unstorableWithin(value: unknown): Generator<Found> {
  const left = [{ value, pointer: '' }];
  for (let next = left.pop(); next; next = left.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const holder = next.value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      const pointer = `${next.pointer}/${storable(key.slice(0, 64)).replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const at = holder[key];
      if (!isStorable(key) || (typeof at === 'string' && !isStorable(at))) yield { holder, key, pointer };
      if (typeof at === 'object') left.push({ value: at, pointer });
    }
  }
}

/** JSON pointer of a text that Postgres cannot store, or that has such a name; undefined when there is none. */
export function unstorableIn(value: unknown): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : '';
  for (const { pointer } of unstorableWithin(value)) return pointer;
  return undefined;
}

/**
 * A value that was parsed of JSON from elsewhere, with U+FFFD for each NUL and each half of a character, in place. Lengths stay,
 * and with them the positions of what a text's entities mark.
 */
export function withStorableTexts<T>(value: T): T {
  if (typeof value === 'string') return value.replace(UNSTORABLE, '\uFFFD') as T;
  for (const { holder, key } of [...unstorableWithin(value)]) {
    const text = holder[key];
    delete holder[key];
    holder[key.replace(UNSTORABLE, '\uFFFD')] = typeof text === 'string' ? text.replace(UNSTORABLE, '\uFFFD') : text;
  }
  return value;
}

/** Whether bytes that were read as this text were UTF-8, without NUL: readers put U+FFFD where they were not. */
export const isUtf8 = (text: string): boolean => isStorable(text) && !text.includes('\uFFFD');
