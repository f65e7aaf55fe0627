/** What Telegram would not accept in a text with `parse_mode: HTML`. */
export type MarkupProblem =
  | { kind: 'unknown_tag'; tag: string }
  | { kind: 'not_closed'; tag: string }
  | { kind: 'not_opened'; tag: string }
  | { kind: 'unknown_entity'; entity: string }
  | { kind: 'stray_bracket' };

/** Tags of the Bot API's HTML style, with the attributes that they may carry. */
const TAGS: Record<string, RegExp> = {
  a: /^ href="[^"<>]+"$/,
  span: /^ class="tg-spoiler"$/,
  'tg-emoji': /^ emoji-id="\d+"$/,
  code: /^( class="language-[\w+-]+")?$/,
  blockquote: /^( expandable)?$/,
};
for (const tag of ['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'tg-spoiler', 'pre']) TAGS[tag] = /^$/;

const TOKEN = /<(\/?)([a-z][a-z0-9-]*)([^<>]*)>|&([a-z]+|#\d+|#x[0-9a-f]+);|[<>]/gi;
const ENTITIES = new Set(['lt', 'gt', 'amp', 'quot']);

/** The first thing in `text` that Telegram would refuse, if any. */
export function markupProblem(text: string): MarkupProblem | undefined {
  const open: string[] = [];
  for (const [, slash, name, attributes, entity] of text.matchAll(TOKEN)) {
    if (entity !== undefined) {
      if (!entity.startsWith('#') && !ENTITIES.has(entity)) return { kind: 'unknown_entity', entity };
      continue;
    }
    if (name === undefined) return { kind: 'stray_bracket' };
    const tag = name.toLowerCase();
    if (slash) {
      if (open.pop() !== tag) return { kind: 'not_opened', tag };
    } else {
      if (!TAGS[tag]?.test(attributes ?? '')) return { kind: 'unknown_tag', tag };
      open.push(tag);
    }
  }
  const tag = open.pop();
  return tag === undefined ? undefined : { kind: 'not_closed', tag };
}
