import { type Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { HOME } from '../../shop/users/index.ts';
import { eraseCopy, type Payments } from '../payments/index.ts';
import { invoiceCallbacks } from './callbacks.ts';
import { copy } from './copy.ts';
import type { Deposit } from './schema.ts';
import { findDeposit } from './sql.ts';

/** `🔄 Cek Status` and `❌ Batalkan` below the invoice of a deposit. */
export function invoiceButtons(
  composer: Composer<StoreContext>,
  payments: Pick<Payments, 'inquire' | 'cancel' | 'find'>,
): void {
  async function own(ctx: StoreContext, id: number): Promise<Deposit | undefined> {
    const deposit = await findDeposit(ctx.tx, id);
    if (deposit?.userId === ctx.user.id) return deposit;
    ctx.toast(copy.noLonger.notYours, { alert: true });
    return undefined;
  }

  invoiceCallbacks.on(composer, 'status', async (ctx, id) => {
    const deposit = await own(ctx, id);
    if (!deposit) return;
    eraseCopy(ctx, await payments.find(ctx.tx, deposit.ref));
    if (deposit.status !== 'awaiting_payment') return ctx.toast(endedToast(deposit), { alert: true });
    if (!(await payments.inquire(ctx.tx, deposit.ref))) return ctx.toast(copy.noLonger.closed, { alert: true });
    ctx.toast(copy.checking);
  });

  invoiceCallbacks.on(composer, 'cancel', async (ctx, id) => {
    const deposit = await own(ctx, id);
    if (!deposit) return;
    eraseCopy(ctx, await payments.find(ctx.tx, deposit.ref));
    const cancelled = await payments.cancel(ctx.tx, { kind: 'deposit', id }, 'by_customer');
    if (!cancelled) return ctx.toast(endedToast((await findDeposit(ctx.tx, id)) ?? deposit), { alert: true });
    ctx.send(copy.cancelled(deposit), { keyboard: new InlineKeyboard().text(HOME.text, HOME.data) });
  });
}

const endedToast = (deposit: Deposit): string =>
  deposit.status === 'paid' ? copy.noLonger.paid : copy.noLonger.closed;
