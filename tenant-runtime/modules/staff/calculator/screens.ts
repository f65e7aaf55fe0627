import { InlineKeyboard } from 'grammy';
import { type Html, html, keep } from '../../../bot/html.ts';
import type { WriteTime } from '../../../bot/time.ts';
import { ADMIN_MENU } from '../menu/index.ts';
import { CALCULATOR, adminCallbacks as callbacks } from './callbacks.ts';
import { buttons, feeResult, overview, refundResult } from './copy.ts';
import { EXAMPLE, refundOf } from './refund.ts';
import { type CheckedRule, RULES, type Rule } from './rules.ts';
import type { RuleState } from './service.ts';

export type ScreenContent = { text: Html; keyboard: InlineKeyboard };

export const numberOf = (rule: Rule): number => RULES.indexOf(rule);

/** The calculator below what just happened. */
export function calculatorScreen(
  states: readonly RuleState[],
  mayEdit: boolean,
  time: WriteTime,
  news?: Html,
): ScreenContent {
  const keyboard = new InlineKeyboard()
    .text(buttons.refund, callbacks.pack('refund'))
    .text(buttons.fee, callbacks.pack('fee'))
    .row();
  if (mayEdit) for (const rule of RULES) keyboard.text(buttons.edit[rule], callbacks.pack('edit', numberOf(rule)));
  keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  const text = overview(states, mayEdit, time);
  return { text: news ? html`${keep(news)}\n\n${keep(text)}` : text, keyboard };
}

/** What goes below a result, or below what was just done to its rule. */
export function resultKeyboard({ checked: { rule }, changed }: RuleState, mayEdit: boolean): InlineKeyboard {
  const keyboard = new InlineKeyboard()
    .text(buttons.again, callbacks.pack(rule === 'formula' ? 'refund' : 'fee'))
    .row();
  if (mayEdit) keyboard.text(buttons.edit[rule], callbacks.pack('edit', numberOf(rule))).row();
  if (mayEdit && changed) keyboard.text(buttons.reset, callbacks.pack('reset', numberOf(rule))).row();
  return keyboard.text(buttons.back, CALCULATOR.data).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
}

/** What a rule comes to on an example. */
export const exampleOf = (checked: CheckedRule): Html =>
  checked.rule === 'formula'
    ? refundResult(EXAMPLE, checked.text, refundOf(checked.formula, EXAMPLE))
    : feeResult(checked.fee, EXAMPLE.price);
