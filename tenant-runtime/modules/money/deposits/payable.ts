import type { Payable } from '../payments/index.ts';
import { invoiceCallbacks } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import type { Deposits } from './service.ts';
import { findDeposit } from './sql.ts';

/** Deposits, as something that is paid for. */
export function depositPayable(deposits: Pick<Deposits, 'settle' | 'close'>): Payable {
  return {
    settle: deposits.settle,
    close: deposits.close,
    async bill(on, id) {
      const deposit = await findDeposit(on, id);
      if (!deposit) return undefined;
      return {
        userId: deposit.userId,
        requestMessageId: deposit.messageId,
        paid: deposit.status === 'paid',
        items: [copy.item(deposit)],
        promise: copy.balanceFollows,
        cancelLabel: LABELS.cancel,
        buttons: { status: invoiceCallbacks.pack('status', id), cancel: invoiceCallbacks.pack('cancel', id) },
      };
    },
  };
}
