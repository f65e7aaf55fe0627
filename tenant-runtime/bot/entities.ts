import type { MessageEntity } from 'grammy/types';
import { escapeHtml, type Html, html, keep, rawHtml } from './html.ts';

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

/** True when the person used Telegram's own formatting. */
export const isFormatted = (entities: readonly MessageEntity[] = []): boolean =>
  entities.some((entity) => wrap(entity, rawHtml('')) !== '');

/** The HTML that looks as the message does: its words escaped, its formatting as tags. */
export function entitiesToHtml(text: string, entities: readonly MessageEntity[] = []): Html {
  const marks = entities
    .filter((entity) => wrap(entity, rawHtml('')) !== '')
    // An outer mark comes before those within it.
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return render(text, 0, text.length, marks);
}

/** Renders `text` from `start` to `end`; a mark that leaves the one it began in ends with it. */
function render(text: string, start: number, end: number, marks: readonly MessageEntity[]): Html {
  let result = '';
  let at = start;
  for (const [index, mark] of marks.entries()) {
    if (mark.offset < at || mark.offset >= end) continue;
    const until = Math.min(mark.offset + mark.length, end);
    result += escapeHtml(text.slice(at, mark.offset));
    result += wrap(mark, render(text, mark.offset, until, marks.slice(index + 1)));
    at = until;
  }
  return rawHtml(result + escapeHtml(text.slice(at, end)));
}

/** `inner` within the tag of a mark; nothing when the mark is not formatting. */
function wrap(mark: MessageEntity, inner: Html): Html {
  const tag = SIMPLE[mark.type];
  if (tag) return rawHtml(`<${tag}>${inner}</${tag}>`);
  switch (mark.type) {
    case 'expandable_blockquote':
      return html`<blockquote expandable>${keep(inner)}</blockquote>`;
    case 'pre':
      return /^[\w+-]+$/.test(mark.language ?? '')
        ? html`<pre><code class="language-${mark.language ?? ''}">${keep(inner)}</code></pre>`
        : html`<pre>${keep(inner)}</pre>`;
    case 'text_link':
      return html`<a href="${mark.url}">${keep(inner)}</a>`;
    case 'text_mention':
      return html`<a href="tg://user?id=${mark.user.id}">${keep(inner)}</a>`;
    case 'custom_emoji':
      return html`<tg-emoji emoji-id="${mark.custom_emoji_id}">${keep(inner)}</tg-emoji>`;
    default:
      return rawHtml('');
  }
}
