import { findOrder, linesOf, type Orders } from '../orders/index.ts';
import { payCallbacks } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import type { Payable } from './payable.ts';

/** Orders, as something that is paid for. */
export function orderPayable(orders: Pick<Orders, 'settle' | 'close' | 'confirmUnpaid'>): Payable {
  return {
    settle: (tx, id, by, money) => orders.settle(tx, id, by, money),
    close: orders.close,
    confirmUnpaid: orders.confirmUnpaid,
    async bill(on, id) {
      const order = await findOrder(on, id);
      if (!order) return undefined;
      return {
        userId: order.userId,
        requestMessageId: order.checkoutMessageId,
        paid: order.status === 'paid' || order.status === 'delivered',
        items: copy.items(await linesOf(on, id)),
        ...(order.discount > 0 ? { discount: { code: order.voucherCode, amount: order.discount } } : {}),
        ...(order.fromBalance > 0 ? { fromBalance: order.fromBalance } : {}),
        promise: copy.goodsFollow,
        cancelLabel: LABELS.cancel,
        buttons: { status: payCallbacks.pack('status', id), cancel: payCallbacks.pack('cancel', id) },
      };
    },
  };
}
