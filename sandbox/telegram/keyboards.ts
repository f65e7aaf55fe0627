import { z } from 'zod';
import { badRequest } from './api-error.ts';
import type { Args } from './args.ts';
import { checkedUrl } from './html-tags.ts';
import type { InlineButton, InlineKeyboard, ReplyKeyboard } from './types.ts';

const MAX_BUTTONS = 100;
const MAX_REPLY_BUTTONS = 300;
const MAX_CALLBACK_BYTES = 64;
/** Characters that a button copies. */
const MAX_COPY = 256;

const STYLES = ['', 'default', 'primary', 'danger', 'success'];

const ACTIONS = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
];

const button = z.looseObject({ text: z.string() });
const inlineMarkup = z.object({ inline_keyboard: z.array(z.array(button)) });
const replyMarkup = z.looseObject({
  keyboard: z.array(z.array(z.union([button, z.string().transform((text) => ({ text }))]))),
});

/** What `reply_markup` asks for. `none` when it is absent. */
export type Markup =
  | { kind: 'none' }
  | { kind: 'inline'; keyboard: InlineKeyboard | undefined }
  | { kind: 'reply'; keyboard: ReplyKeyboard }
  | { kind: 'remove' }
  | { kind: 'force_reply' };

/** Any reply markup, as sending methods take it. */
export function readMarkup(args: Args): Markup {
  const raw = args.object('reply_markup', 'reply keyboard markup');
  if (raw === undefined) return { kind: 'none' };
  if (typeof raw !== 'object' || raw === null) throw badRequest('object expected as reply markup');
  if ('inline_keyboard' in raw) return { kind: 'inline', keyboard: inlineKeyboard(raw) };
  if ('keyboard' in raw) return { kind: 'reply', keyboard: replyKeyboard(raw) };
  if ('remove_keyboard' in raw) return { kind: 'remove' };
  if ('force_reply' in raw) return { kind: 'force_reply' };
  return { kind: 'none' };
}

/** The inline keyboard of an edit; `undefined` removes the present one. */
export function readInlineMarkup(args: Args): InlineKeyboard | undefined {
  const markup = readMarkup(args);
  if (markup.kind === 'none') return undefined;
  if (markup.kind !== 'inline') throw badRequest('inline keyboard expected');
  return markup.keyboard;
}

function inlineKeyboard(raw: object): InlineKeyboard | undefined {
  const parsed = inlineMarkup.safeParse(raw);
  if (!parsed.success) {
    throw badRequest('can\'t parse inline keyboard button: Field "text" must be of type String, rows must be arrays');
  }
  const rows = parsed.data.inline_keyboard.filter((row) => row.length > 0);
  if (rows.flat().length > MAX_BUTTONS) throw badRequest('reply markup is too long');
  for (const one of rows.flat()) checkInlineButton(one);
  return rows.length > 0 ? { inline_keyboard: rows } : undefined;
}

function checkInlineButton(one: InlineButton): void {
  if (one.text.trim() === '') throw badRequest("can't parse inline keyboard button: Text must be non-empty");
  checkStyle(one, 'inline keyboard button');
  const actions = ACTIONS.filter((action) => one[action] !== undefined);
  if (actions.length === 0) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  if (actions.length > 1) throw badRequest("can't parse inline keyboard button: exactly one action must be specified");
  const data = one.callback_data;
  if (data !== undefined) {
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (bytes < 1 || bytes > MAX_CALLBACK_BYTES) throw badRequest('BUTTON_DATA_INVALID');
  }
  if (one.copy_text !== undefined) checkCopied(one.copy_text);
  if (one.url !== undefined && checkedUrl(String(one.url)) === undefined) {
    throw badRequest(`inline keyboard button URL '${String(one.url)}' is invalid: Wrong HTTP URL`);
  }
}

/** A button that copies a text carries it in an object, 1 to 256 characters. */
function checkCopied(copied: unknown): void {
  if (typeof copied !== 'object' || copied === null) {
    throw badRequest('can\'t parse inline keyboard button: Field "copy_text" must be of type Object');
  }
  const { text } = copied as { text?: unknown };
  if (typeof text !== 'string') {
    throw badRequest('can\'t parse inline keyboard button: Field "text" must be of type String');
  }
  const length = [...text].length;
  if (length < 1 || length > MAX_COPY) throw badRequest('BUTTON_COPY_TEXT_INVALID');
}

function checkStyle(one: InlineButton, what: string): void {
  const { style } = one;
  if (style === undefined) return;
  if (typeof style !== 'string') throw badRequest(`can't parse ${what}: Field "style" must be of type String`);
  if (!STYLES.includes(style.toLowerCase())) throw badRequest(`can't parse ${what}: invalid button style specified`);
}

function replyKeyboard(raw: object): ReplyKeyboard {
  const parsed = replyMarkup.safeParse(raw);
  if (!parsed.success) throw badRequest("can't parse keyboard button: Object or String expected");
  const buttons = parsed.data.keyboard.flat();
  if (buttons.length > MAX_REPLY_BUTTONS) throw badRequest('reply markup is too long');
  if (buttons.length === 0) throw badRequest('reply keyboard must contain at least one button');
  if (buttons.some((one) => one.text.trim() === '')) throw badRequest('keyboard button text must be non-empty');
  for (const one of buttons) checkStyle(one, 'keyboard button');
  return parsed.data;
}
