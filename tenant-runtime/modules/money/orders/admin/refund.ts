import { type Composer, InlineKeyboard } from 'grammy';
import { parseRupiah } from '../../../../../kernel/money.ts';
import type { StoreContext } from '../../../../bot/context.ts';
import { type Html, paragraphs } from '../../../../bot/html.ts';
import { send, show, type View } from '../../../../bot/view.ts';
import { cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { findOrder, type Order, refundable } from '../index.ts';
import { adminCallbacks as callbacks, formCallbacks, orderButton, WIZARD } from './callbacks.ts';
import type { Changes } from './changes.ts';
import { copy, LABELS } from './copy.ts';
import {
  amountInvalid,
  askAmount,
  askReason,
  confirmRefund,
  illegal,
  pressPlease,
  reasonInvalid,
  refundGiven,
  refundMoved,
} from './copy-forms.ts';
import { parseNote, type RefundForm, readRefund } from './schema.ts';
import { goneScreen, orderScreen, type ScreenDeps } from './screens.ts';

export type RefundForms = {
  /** Goes on from an amount and a reason that were typed elsewhere: only the confirmation is left. */
  confirm(ctx: StoreContext, order: Order, reason: string): Promise<void>;
};

/** Giving money back: how much, why, and a confirmation, for it is not taken back. */
export function refundForms(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  changes: Changes,
  screens: ScreenDeps,
): RefundForms {
  /** The question that the form stands at. */
  function question(order: Order, { amount, reason }: RefundForm): View {
    const keyboard = new InlineKeyboard();
    let text: Html;
    if (amount === undefined) {
      text = askAmount(order);
      keyboard.text(LABELS.refundAll(refundable(order)), formCallbacks.pack('whole')).row();
    } else if (reason === undefined) text = askReason(order, amount);
    else {
      text = confirmRefund(order, amount, reason);
      keyboard.text(LABELS.refundNow(amount), formCallbacks.pack('refunded')).row();
    }
    return { text, keyboard: cancelKeyboard(keyboard.text(LABELS.backToOrder, orderButton(order.id)).row()) };
  }

  async function step(ctx: StoreContext, order: Order, data: RefundForm): Promise<View> {
    const at = data.amount === undefined ? 'amount' : data.reason === undefined ? 'reason' : 'confirm';
    await wizards[at === 'amount' ? 'begin' : 'advance'](ctx, { wizard: WIZARD.refund, step: at, data });
    return question(order, data);
  }

  /** The form and its order, if money of it can still go back; otherwise the form ends with what to show. */
  async function current(ctx: StoreContext): Promise<{ order: Order; data: RefundForm } | View> {
    const data = ctx.form?.wizard === WIZARD.refund ? readRefund(ctx.form) : undefined;
    const order = data && (await findOrder(ctx.tx, data.orderId));
    if (order && order.refunded === data.seen && !illegal(order, 'refunded')) return { order, data };
    await wizards.end(ctx);
    return order ? orderScreen(ctx, screens, order.id, refundMoved) : goneScreen();
  }

  callbacks.on(composer, 'refund', async (ctx, orderId) => {
    const order = await findOrder(ctx.tx, orderId);
    const refusal = order ? illegal(order, 'refunded') : copy.gone;
    if (!order || refusal !== undefined) return ctx.toast(refusal ?? copy.gone, { alert: true });
    show(ctx, await step(ctx, order, { orderId, seen: order.refunded }));
  });

  formCallbacks.on(composer, 'whole', async (ctx) => {
    if (ctx.form?.wizard !== WIZARD.refund) return ctx.toast(copy.stale, { alert: true });
    const at = await current(ctx);
    if (!('order' in at)) return show(ctx, at);
    // An older screen of the same form: the amount was chosen since.
    if (at.data.amount !== undefined) return ctx.toast(copy.stale, { alert: true });
    show(ctx, await step(ctx, at.order, { ...at.data, amount: refundable(at.order) }));
  });

  formCallbacks.on(composer, 'refunded', async (ctx) => {
    const data = ctx.form?.wizard === WIZARD.refund ? readRefund(ctx.form) : undefined;
    if (data?.amount === undefined || data.reason === undefined) return ctx.toast(copy.stale, { alert: true });
    const { orderId, seen, amount, reason } = data;
    if (!(await findOrder(ctx.tx, orderId))) {
      await wizards.end(ctx);
      return show(ctx, goneScreen());
    }
    const outcome = await changes.refund(ctx, orderId, { amount, seen, reason });
    await wizards.end(ctx);
    const news = outcome.kind === 'refunded' ? refundGiven(outcome.order, amount) : refundMoved;
    show(ctx, await orderScreen(ctx, screens, orderId, news));
  });

  wizards.defineForStaff(WIZARD.refund, async (ctx) => {
    const at = await current(ctx);
    if (!('order' in at)) return send(ctx, at);
    const { order, data } = at;
    const text = ctx.message?.text;
    const wrong = (problem: Html): void => {
      const asked = question(order, data);
      send(ctx, { ...asked, text: paragraphs(problem, asked.text) });
    };
    if (data.amount === undefined) {
      const left = refundable(order);
      if (text === undefined) return wrong(amountInvalid('no_text', left));
      const parsed = parseRupiah(text, { max: left });
      if (!parsed.ok) return wrong(amountInvalid(parsed.reason, left));
      return send(ctx, await step(ctx, order, { ...data, amount: parsed.amount }));
    }
    if (data.reason !== undefined) return wrong(pressPlease);
    const reason = parseNote(text ?? '');
    if (reason === undefined) return wrong(reasonInvalid);
    send(ctx, await step(ctx, order, { ...data, reason }));
  });

  return {
    async confirm(ctx, order, reason) {
      const data = { orderId: order.id, seen: order.refunded, amount: refundable(order), reason };
      send(ctx, await step(ctx, order, data));
    },
  };
}
