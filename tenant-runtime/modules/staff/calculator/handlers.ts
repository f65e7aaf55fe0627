import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { html } from '../../../bot/html.ts';
import { dateTime } from '../../../bot/time.ts';
import { cancelKeyboard } from '../../../bot/wizards.ts';
import { CALCULATOR, adminCallbacks as callbacks, FEE_WIZARD, REFUND_WIZARD } from './callbacks.ts';
import {
  again,
  answerProblem,
  askAmount,
  askRefund,
  buttons,
  feeResult,
  feeTitle,
  refundResult,
  refundTitle,
  toasts,
} from './copy.ts';
import type { CalculatorDeps } from './deps.ts';
import { editRules } from './edit.ts';
import { refundOf } from './refund.ts';
import { type RefundForm, readAmount, readAnswer, readRefundForm, stepOf } from './schema.ts';
import { calculatorScreen, resultKeyboard } from './screens.ts';

/** `🧮 Calculator`: refunds and fees worked out for all staff, by rules that those change who may. */
export function calculatorHandlers(deps: CalculatorDeps): Composer<StoreContext> {
  const { wizards, calculator, mayEdit } = deps;
  const composer = new Composer<StoreContext>();
  const time = dateTime(deps.timeZone);

  callbacks.on(composer, 'open', async (ctx) => {
    const states = [await calculator.state(ctx.tx, 'formula'), await calculator.state(ctx.tx, 'fee')];
    const { text, keyboard } = calculatorScreen(states, mayEdit(ctx.role), time);
    ctx.show(text, { keyboard });
  });

  const formOf = (data: RefundForm) => ({ wizard: REFUND_WIZARD, step: stepOf(data), data });

  callbacks.on(composer, 'refund', async (ctx) => {
    await wizards.begin(ctx, formOf({}));
    ctx.show(askRefund({}), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(REFUND_WIZARD, async (ctx, form) => {
    const data = readRefundForm(form);
    if (!data) {
      await wizards.end(ctx);
      return ctx.send(html`${toasts.stale}`, { keyboard: new InlineKeyboard().text(buttons.back, CALCULATOR.data) });
    }
    const step = stepOf(data);
    const answer = readAnswer(step, data, ctx.message?.text);
    if (!answer.ok) {
      return ctx.send(again(answerProblem(answer.problem), askRefund(data)), { keyboard: cancelKeyboard() });
    }
    const { price, total, used } = data;
    if (price === undefined || total === undefined || used === undefined) {
      const next = { ...data, [step]: answer.value };
      await wizards.advance(ctx, formOf(next));
      return ctx.send(askRefund(next), { keyboard: cancelKeyboard() });
    }
    await wizards.end(ctx);
    const state = await calculator.state(ctx.tx, 'formula');
    const { text, formula } = state.checked;
    const purchase = { price, total, used, claims: answer.value };
    const result = refundResult(purchase, text, refundOf(formula, purchase));
    ctx.send(refundTitle(result), { keyboard: resultKeyboard(state, mayEdit(ctx.role)) });
  });

  callbacks.on(composer, 'fee', async (ctx) => {
    const { fee } = (await calculator.state(ctx.tx, 'fee')).checked;
    await wizards.begin(ctx, { wizard: FEE_WIZARD, step: 'amount', data: {} });
    ctx.show(askAmount(fee), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(FEE_WIZARD, async (ctx) => {
    const state = await calculator.state(ctx.tx, 'fee');
    const { fee } = state.checked;
    const answer = readAmount(ctx.message?.text);
    if (!answer.ok) {
      return ctx.send(again(answerProblem(answer.problem), askAmount(fee)), { keyboard: cancelKeyboard() });
    }
    await wizards.end(ctx);
    ctx.send(feeTitle(feeResult(fee, answer.value)), { keyboard: resultKeyboard(state, mayEdit(ctx.role)) });
  });

  editRules(composer, deps, time);
  return composer;
}
