import { Composer, InlineKeyboard } from 'grammy';
import type { Jobs } from '../../../../../kernel/jobs.ts';
import type { StoreContext } from '../../../../bot/context.ts';
import { dateTime } from '../../../../bot/time.ts';
import { send, show } from '../../../../bot/view.ts';
import type { Wizards } from '../../../../bot/wizards.ts';
import { paymentsOf } from '../../payments/index.ts';
import { findOrder, type Order } from '../index.ts';
import { adminCallbacks as callbacks, orderButton, WIZARD } from './callbacks.ts';
import { type ChangeDeps, createChanges } from './changes.ts';
import { copy, LABELS } from './copy.ts';
import { askCancel, askNote, cancelled, illegal } from './copy-forms.ts';
import { noteKeyboard, paidForm, searchForm, statusForm } from './forms.ts';
import { refundForms } from './refund.ts';
import type { Target } from './schema.ts';
import { listScreen, orderScreen, type ScreenDeps } from './screens.ts';

/** The sellers' list of orders, and what they do with one. */
export function orderAdminHandlers(
  deps: ChangeDeps & {
    jobs: Pick<Jobs<'question'>, 'send'>;
    wizards: Wizards;
    customerButton: ScreenDeps['customerButton'];
    labelOf: ScreenDeps['labelOf'];
    timeZone: string;
  },
): Composer<StoreContext> {
  const { wizards } = deps;
  const screens: ScreenDeps = {
    time: dateTime(deps.timeZone),
    customerButton: deps.customerButton,
    labelOf: deps.labelOf,
  };
  const changes = createChanges(deps);
  const composer = new Composer<StoreContext>();

  /** The order of a button, as long as this can be done with it; otherwise the toast says why not. */
  async function ready(ctx: StoreContext, orderId: number, target?: Target): Promise<Order | undefined> {
    const order = await findOrder(ctx.tx, orderId);
    const refusal = order ? target && illegal(order, target) : copy.gone;
    if (refusal === undefined) return order;
    ctx.toast(refusal, { alert: true });
    return undefined;
  }

  callbacks.on(composer, 'list', async (ctx, at, page) => show(ctx, await listScreen(ctx, screens, at, page)));

  callbacks.on(composer, 'open', async (ctx, orderId) => {
    if (await ready(ctx, orderId)) show(ctx, await orderScreen(ctx, screens, orderId));
  });

  callbacks.on(composer, 'below', async (ctx, orderId) => {
    if (await ready(ctx, orderId)) send(ctx, await orderScreen(ctx, screens, orderId));
  });

  callbacks.on(composer, 'paid', async (ctx, orderId) => {
    const order = await ready(ctx, orderId, 'paid');
    if (!order) return;
    // A customer who shows a receipt may have paid through the gateway, and the gateway is only late to tell: it is asked meanwhile.
    for (const payment of await paymentsOf(ctx.tx, { kind: 'order', id: orderId })) {
      const key = `payment:${payment.id}`;
      await deps.jobs.send(ctx.tx, 'question', { paymentId: payment.id, quiet: true }, { key });
    }
    await wizards.begin(ctx, { wizard: WIZARD.paid, step: 'note', data: { orderId } });
    ctx.send(askNote(order), { keyboard: noteKeyboard(orderId) });
  });

  callbacks.on(composer, 'cancel', async (ctx, orderId) => {
    const order = await ready(ctx, orderId, 'cancelled');
    if (!order) return;
    const keyboard = new InlineKeyboard()
      .text(LABELS.cancelNow, callbacks.pack('cancelled', orderId))
      .text(LABELS.keep, orderButton(orderId));
    ctx.show(askCancel(order), { keyboard });
  });
  callbacks.on(composer, 'cancelled', async (ctx, orderId) => {
    const order = await ready(ctx, orderId, 'cancelled');
    if (!order) return;
    const done = await changes.cancel(ctx, order, undefined);
    // Read again: while this one waited for the order, somebody was faster.
    if (!done) await ready(ctx, orderId, 'cancelled');
    show(ctx, await orderScreen(ctx, screens, orderId, done ? cancelled(order.ref) : undefined));
  });

  callbacks.on(composer, 'resend', async (ctx, orderId) => {
    const order = await ready(ctx, orderId);
    if (!order) return;
    if (order.status !== 'paid' && order.status !== 'delivered') return ctx.toast(copy.notSold, { alert: true });
    const sending = await changes.resend(ctx, order);
    ctx.toast(sending ? copy.sending : copy.underWay, { alert: !sending });
  });

  const refunds = refundForms(composer, wizards, changes, screens);
  searchForm(composer, wizards, screens);
  paidForm(composer, wizards, changes, screens);
  statusForm(composer, wizards, { changes, refunds, screens });
  return composer;
}
