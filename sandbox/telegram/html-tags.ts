import { badRequest } from './api-error.ts';
import type { Entity } from './types.ts';

/** `unix` is the time of a `<tg-time>`, 0 for every other tag. */
export type OpenTag = { name: string; argument: string; unix: number; offset: number };

const SIMPLE = new Map([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strikethrough'],
  ['strike', 'strikethrough'],
  ['del', 'strikethrough'],
  ['tg-spoiler', 'spoiler'],
  ['span', 'spoiler'],
]);

const WITH_ARGUMENT = ['a', 'tg-emoji', 'tg-time', 'pre', 'code', 'blockquote'];

export function isSupportedTag(name: string): boolean {
  return SIMPLE.has(name) || WITH_ARGUMENT.includes(name);
}

/** What of an attribute matters to the entity; `undefined` when it means nothing for this tag. */
export function attributeArgument(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'a' && attribute === 'href') return value;
  if (tag === 'code' && attribute === 'class' && value.startsWith('language-')) return value.slice(9);
  if (tag === 'span' && attribute === 'class' && value.startsWith('tg-')) return value.slice(3);
  if (tag === 'tg-emoji' && attribute === 'emoji-id') return value;
  if (tag === 'tg-time' && attribute === 'format') return value;
  if (tag === 'blockquote' && attribute === 'expandable') return '1';
  return undefined;
}

/**
 * The entity of a closed tag over `length` units of `text`. A link whose address is not one makes no entity: the
 * text stays, plain, as in Telegram.
 * @throws BotApiError when the tag says what Telegram cannot read
 */
export function tagEntity(tag: OpenTag, text: string, length: number): Entity | undefined {
  const at = { offset: tag.offset, length };
  const simple = SIMPLE.get(tag.name);
  if (simple) return { type: simple, ...at };
  switch (tag.name) {
    case 'a':
      return linkEntity(tag.argument || text.slice(tag.offset), at);
    case 'pre':
      return { type: 'pre', ...at };
    case 'code':
      return { type: 'code', ...at, ...(tag.argument ? { language: tag.argument } : {}) };
    case 'blockquote':
      return { type: tag.argument ? 'expandable_blockquote' : 'blockquote', ...at };
    case 'tg-time':
      return timeEntity(tag, at);
    default:
      if (!/^-?\d+$/.test(tag.argument) || /^-?0+$/.test(tag.argument)) {
        throw badRequest("can't parse entities: Invalid custom emoji identifier specified");
      }
      return { type: 'custom_emoji', ...at, custom_emoji_id: tag.argument };
  }
}

/** A time that each reader sees in their own zone. One of no time makes no entity; a format that is none is refused. */
function timeEntity({ unix, argument }: OpenTag, at: { offset: number; length: number }): Entity | undefined {
  if (!/^([rR]|[tTdDwW]*)$/.test(argument)) throw badRequest("can't parse entities: Invalid date format used");
  return unix > 0 ? { type: 'date_time', ...at, unix_time: unix, date_time_format: timeFormat(argument) } : undefined;
}

/** The format as the Bot API gives it back: day of the week, date, time, each once; the short form wins. */
function timeFormat(given: string): string {
  if (/^r$/i.test(given)) return 'r';
  const date = given.includes('d') ? 'd' : given.includes('D') ? 'D' : '';
  const time = given.includes('t') ? 't' : given.includes('T') ? 'T' : '';
  return `${/w/i.test(given) ? 'w' : ''}${date}${time}`;
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
