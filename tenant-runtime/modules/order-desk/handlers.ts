import { Composer, InlineKeyboard } from 'grammy';
import type { Jobs } from '../../../kernel/jobs.ts';
import { actorOf, type StoreContext } from '../../bot/context.ts';
import { dateTime } from '../../bot/time.ts';
import type { Wizards } from '../../bot/wizards.ts';
import { ADMIN_MENU } from '../admin/index.ts';
import type { Audit } from '../audit/index.ts';
import { customerOf, findOrder, linesOf, listOrders, type Order } from '../orders/index.ts';
import { type Payments, paymentsOf } from '../payments/index.ts';
import { deskCallbacks } from './callbacks.ts';
import { backToList, copy, FILTERS, LABELS } from './copy.ts';

const PAGE = 5;
const WIZARD = 'order.mark_paid';

/** The sellers' list of orders, and marking one paid without a gateway payment. */
export function orderDeskHandlers(deps: {
  payments: Payments;
  audit: Audit;
  jobs: Pick<Jobs<'question'>, 'send'>;
  wizards: Wizards;
  timeZone: string;
}): Composer<StoreContext> {
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();

  deskCallbacks.on(composer, 'list', async (ctx, at, page) => {
    const filter = FILTERS[at] ?? FILTERS[0];
    const found = await listOrders(ctx.tx, {
      status: filter?.status,
      offset: Math.max(0, page) * PAGE,
      limit: PAGE + 1,
    });
    const shown = found.slice(0, PAGE);
    const keyboard = new InlineKeyboard();
    for (const [index, order] of shown.entries())
      keyboard.text(String(index + 1), deskCallbacks.pack('open', order.id));
    keyboard.row();
    if (page > 0) keyboard.text('⬅️', deskCallbacks.pack('list', at, page - 1));
    if (found.length > PAGE) keyboard.text('➡️', deskCallbacks.pack('list', at, page + 1));
    keyboard.row();
    FILTERS.forEach(({ label }, index) => {
      if (index % 3 === 0) keyboard.row();
      if (index !== at) keyboard.text(label, deskCallbacks.pack('list', index, 0));
    });
    keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(copy.list(shown, filter?.label ?? '', Math.max(0, page), time), { keyboard });
  });

  async function detail(ctx: StoreContext, order: Order) {
    const items = await linesOf(ctx.tx, order.id);
    const text = copy.detail(order, items, await customerOf(ctx.tx, order.userId), time);
    const keyboard = new InlineKeyboard();
    const payable = order.status === 'awaiting_payment' || order.status === 'expired' || order.status === 'cancelled';
    if (payable) keyboard.text(LABELS.markPaid, deskCallbacks.pack('paid', order.id)).row();
    return { text, keyboard: keyboard.text(LABELS.backToList, deskCallbacks.pack('list', 0, 0)) };
  }

  deskCallbacks.on(composer, 'open', async (ctx, orderId) => {
    const order = await findOrder(ctx.tx, orderId);
    if (!order) return ctx.toast(copy.gone, { alert: true });
    const { text, keyboard } = await detail(ctx, order);
    ctx.show(text, { keyboard });
  });

  deskCallbacks.on(composer, 'paid', async (ctx, orderId) => {
    const order = await findOrder(ctx.tx, orderId);
    if (!order) return ctx.toast(copy.gone, { alert: true });
    // A customer who shows a receipt may have paid by QRIS, and the gateway is only late to tell: it is asked meanwhile.
    for (const payment of await paymentsOf(ctx.tx, { kind: 'order', id: orderId })) {
      const key = `payment:${payment.id}`;
      await deps.jobs.send(ctx.tx, 'question', { paymentId: payment.id, quiet: true }, { key });
    }
    await deps.wizards.begin(ctx, { wizard: WIZARD, step: 'note', data: { orderId } });
    ctx.say(copy.askNote(order.ref));
  });

  deps.wizards.defineForStaff(WIZARD, async (ctx, form) => {
    const note = ctx.message?.text?.trim() ?? '';
    if (note.length < 3 || note.length > 300) return ctx.say(copy.noteInvalid);
    const orderId = Number(form.data.orderId);
    const before = await findOrder(ctx.tx, orderId);
    await deps.wizards.end(ctx);
    if (!before) return;
    const settlement = await deps.payments.markPaid(ctx.tx, orderId, ctx.user.id, note);
    if (settlement.kind !== 'already') {
      await deps.audit.record(ctx.tx, {
        actor: actorOf(ctx),
        action: 'order.marked_paid',
        target: `order:${before.ref}`,
        before: { status: before.status },
        after: { settlement: settlement.kind, note },
      });
    }
    ctx.say(copy.marked(before.ref, settlement), { keyboard: backToList() });
  });

  return composer;
}
