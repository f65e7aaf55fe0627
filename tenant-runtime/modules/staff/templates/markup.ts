/** What Telegram would not accept in a text with `parse_mode: HTML`, and where: `at` counts characters from 0. */
export type MarkupProblem = (
  | { kind: 'unknown_tag'; tag: string }
  | { kind: 'not_closed'; tag: string }
  | { kind: 'not_opened'; tag: string }
  | { kind: 'unknown_entity'; entity: string }
  | { kind: 'stray_bracket' }
) & { at: number };

/** Tags of the Bot API's HTML style, with the attributes that they may carry. */
const TAGS = new Map<string, RegExp>([
  ['a', /^ href="[^"<>]+"$/],
  ['span', /^ class="tg-spoiler"$/],
  ['tg-emoji', /^ emoji-id="\d+"$/],
  ['code', /^( class="language-[\w+-]+")?$/],
  ['blockquote', /^( expandable)?$/],
]);
for (const tag of ['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'tg-spoiler', 'pre'])
  TAGS.set(tag, /^$/);

const TOKEN = /<(\/?)([a-z][a-z0-9-]*)([^<>]*)>|&([a-z]+|#\d+|#x[0-9a-f]+);|</gi;
const ENTITIES = new Set(['lt', 'gt', 'amp', 'quot']);

/** The first thing in `text` that Telegram would refuse, if any. */
export function markupProblem(text: string): MarkupProblem | undefined {
  const open: { tag: string; at: number }[] = [];
  for (const { index: at, 1: slash, 2: name, 3: attributes, 4: entity } of text.matchAll(TOKEN)) {
    if (entity !== undefined) {
      if (!entity.startsWith('#') && !ENTITIES.has(entity)) return { kind: 'unknown_entity', entity, at };
      continue;
    }
    if (name === undefined) return { kind: 'stray_bracket', at };
    const tag = name.toLowerCase();
    if (slash) {
      // Capitals open a tag and do not close one.
      if (open.pop()?.tag !== name) return { kind: 'not_opened', tag: name, at };
    } else {
      if (!TAGS.get(tag)?.test(attributes ?? '')) return { kind: 'unknown_tag', tag, at };
      open.push({ tag, at });
    }
  }
  const left = open.pop();
  return left && { kind: 'not_closed', ...left };
}

/** A `<` that begins no tag becomes what is shown as one. In one pass: a message may hold nothing else. */
export const escapeStray = (text: string): string => text.replace(TOKEN, (found) => (found === '<' ? '&lt;' : found));
