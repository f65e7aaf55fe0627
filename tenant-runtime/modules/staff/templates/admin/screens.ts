import { InlineKeyboard } from 'grammy';
import { type Html, paragraphs } from '../../../../bot/html.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import type { View } from '../../../../bot/view.ts';
import { ADMIN_MENU } from '../../menu/index.ts';
import { TEMPLATE_KEYS, type TemplateKey, type TemplateState } from '../index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { buttons, mark, templateDetail, templateList } from './copy.ts';

export const numberOf = (key: TemplateKey): number => TEMPLATE_KEYS.indexOf(key);

export function listScreen(states: readonly TemplateState[], mayEdit: boolean): View {
  const keyboard = new InlineKeyboard();
  for (const state of states) keyboard.text(mark(state), callbacks.pack('open', numberOf(state.key))).row();
  keyboard.text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: templateList(states, mayEdit), keyboard };
}

/** The template below what just happened to it. */
export function detailScreen(state: TemplateState, mayEdit: boolean, time: WriteTime, news?: Html): View {
  const number = numberOf(state.key);
  const keyboard = new InlineKeyboard()
    .text(buttons.preview, callbacks.pack('preview', number))
    .text(buttons.raw, callbacks.pack('raw', number))
    .row();
  if (mayEdit) keyboard.text(buttons.edit, callbacks.pack('edit', number)).row();
  if (mayEdit && state.changed) keyboard.text(buttons.reset, callbacks.pack('reset', number)).row();
  keyboard.text(buttons.back, callbacks.pack('list'));
  const text = templateDetail(state, time);
  return { text: paragraphs(news, text), keyboard };
}

export const backTo = (key: TemplateKey): InlineKeyboard =>
  new InlineKeyboard().text(buttons.back, callbacks.pack('open', numberOf(key)));
