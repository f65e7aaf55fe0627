import type { Message, MessageEntity } from 'grammy/types';
import { escapeHtml, type Html, rawHtml } from './html.ts';

/** Marks that a person puts on their words; the others (links, mentions, commands) Telegram finds by itself. */
const SIMPLE: Partial<Record<MessageEntity['type'], string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  spoiler: 'tg-spoiler',
  code: 'code',
  blockquote: 'blockquote',
};

const FOUND: ReadonlySet<MessageEntity['type']> = new Set<MessageEntity['type']>([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
]);

/** True when the person used Telegram's own formatting. */
export const isFormatted = (entities: readonly MessageEntity[] = []): boolean =>
  entities.some((entity) => tagsOf(entity) !== undefined);

/** The HTML that looks as the message does: its words escaped, its formatting as tags. */
export function entitiesToHtml(text: string, entities: readonly MessageEntity[] = []): Html {
  return rawHtml(withTags(text, entities, escapeHtml));
}

/**
 * What a person typed for us to send: the formatting that they put on it as tags, and tags that they typed themselves left
 * as tags, except in code, where everything is meant as it stands. `unsure` names the kinds of formatting that a bot may
 * not be able to send.
 */
export function typedHtml({ text = '', entities = [] }: Pick<Message, 'text' | 'entities'>): {
  body: string;
  unsure: MessageEntity['type'][];
} {
  const body = withTags(text, entities, (piece, inCode) => (inCode ? escapeHtml(piece) : piece));
  const unsure = entities.filter((mark) => mark.type === 'custom_emoji' || !(FOUND.has(mark.type) || tagsOf(mark)));
  return { body, unsure: [...new Set(unsure.map((mark) => mark.type))] };
}

/** Puts tags around the marked pieces of a text. Marks that overlap are closed and opened again, so that tags nest. */
function withTags(
  text: string,
  entities: readonly MessageEntity[],
  write: (piece: string, inCode: boolean) => string,
): string {
  const marks = entities.filter((entity) => tagsOf(entity));
  const edges = new Set([0, text.length, ...marks.flatMap(({ offset, length }) => [offset, offset + length])]);
  const cuts = [...edges].filter((at) => at <= text.length).sort((a, b) => a - b);
  let result = '';
  let open: MessageEntity[] = [];
  cuts.forEach((at, index) => {
    const wanted = marks
      .filter(({ offset, length }) => offset <= at && at < Math.min(offset + length, text.length))
      .sort(outerFirst);
    const changed = open.findIndex((mark, depth) => mark !== wanted[depth]);
    const kept = changed < 0 ? open.length : changed;
    for (const mark of open.slice(kept).reverse()) result += tagsOf(mark)?.close;
    for (const mark of wanted.slice(kept)) result += tagsOf(mark)?.open;
    open = wanted;
    result += write(
      text.slice(at, cuts[index + 1] ?? at),
      open.some(({ type }) => type === 'code' || type === 'pre'),
    );
  });
  return result;
}

/** An outer mark comes before those within it. */
const outerFirst = (a: MessageEntity, b: MessageEntity): number => a.offset - b.offset || b.length - a.length;

/** The tags of a mark; undefined when it is not formatting. */
function tagsOf(mark: MessageEntity): { open: string; close: string } | undefined {
  const tag = SIMPLE[mark.type];
  if (tag) return { open: `<${tag}>`, close: `</${tag}>` };
  switch (mark.type) {
    case 'expandable_blockquote':
      return { open: '<blockquote expandable>', close: '</blockquote>' };
    case 'pre':
      return mark.language && /^[\w+-]+$/.test(mark.language)
        ? { open: `<pre><code class="language-${mark.language}">`, close: '</code></pre>' }
        : { open: '<pre>', close: '</pre>' };
    case 'text_link':
      return { open: `<a href="${escapeHtml(mark.url)}">`, close: '</a>' };
    case 'text_mention':
      return { open: `<a href="tg://user?id=${mark.user.id}">`, close: '</a>' };
    case 'custom_emoji':
      return { open: `<tg-emoji emoji-id="${mark.custom_emoji_id}">`, close: '</tg-emoji>' };
    default:
      return undefined;
  }
}
