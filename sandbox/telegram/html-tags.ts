import type { Entity } from './types.ts';

export type OpenTag = { name: string; argument: string; offset: number };

const SIMPLE: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
};

const WITH_ARGUMENT = ['a', 'tg-emoji', 'pre', 'code', 'blockquote', 'tg-time'];

export function isSupportedTag(name: string): boolean {
  return name in SIMPLE || WITH_ARGUMENT.includes(name);
}

/** What of an attribute matters to the entity; `undefined` when it means nothing for this tag. */
export function attributeArgument(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'a' && attribute === 'href') return value;
  if (tag === 'code' && attribute === 'class' && value.startsWith('language-')) return value.slice(9);
  if (tag === 'span' && attribute === 'class' && value.startsWith('tg-')) return value.slice(3);
  if (tag === 'tg-emoji' && attribute === 'emoji-id') return value;
  if (tag === 'tg-time' && attribute === 'unix') return value;
  if (tag === 'blockquote' && attribute.toLowerCase() === 'expandable') return '1';
  return undefined;
}

/**
 * The entity of a closed tag over `length` units of `text`. A link whose address is not one makes no entity: the
 * text stays, plain, as in Telegram.
 */
export function tagEntity(tag: OpenTag, text: string, length: number): Entity | undefined {
  const at = { offset: tag.offset, length };
  const simple = SIMPLE[tag.name];
  if (simple) return { type: simple, ...at };
  switch (tag.name) {
    case 'a':
      return linkEntity(tag.argument || text.slice(tag.offset), at);
    case 'pre':
      return { type: 'pre', ...at };
    case 'code':
      return { type: 'code', ...at, ...(tag.argument ? { language: tag.argument } : {}) };
    case 'tg-time':
      return { type: 'date_time', ...at, unix_time: Number(tag.argument) };
    case 'blockquote':
      return { type: tag.argument ? 'expandable_blockquote' : 'blockquote', ...at };
    default:
      return { type: 'custom_emoji', ...at, custom_emoji_id: tag.argument };
  }
}

function linkEntity(url: string, at: { offset: number; length: number }): Entity | undefined {
  const user = /^tg:\/\/user\?id=(\d+)$/i.exec(url);
  if (user) return { type: 'text_mention', ...at, user: { id: Number(user[1]) } };
  const checked = checkedUrl(url);
  return checked ? { type: 'text_link', ...at, url: checked } : undefined;
}

/**
 * The address as Telegram keeps it, or `undefined` when it takes it for none: `http`, `https` and `tg` only (`http`
 * when none is given), and a host with a dot in it, so `localhost` is not one.
 */
export function checkedUrl(given: string): string | undefined {
  const url = given.trim();
  if (/^tg:/i.test(url)) return /^tg:(\/\/)?[a-z0-9]/i.test(url) ? url : undefined;
  const full = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  if (!/^https?:\/\/[^\s/?#]/i.test(full) || /\s/.test(full) || !URL.canParse(full)) return undefined;
  const host = new URL(full).hostname;
  if (!host.includes('.') && !host.startsWith('[')) return undefined;
  return full;
}
