import type { Rupiah } from '../../../../kernel/money.ts';
import type { Subject } from './payable.ts';

export type PaymentStatus = 'creating' | 'pending' | 'completed' | 'expired' | 'cancelled' | 'failed';

export type Payment = {
  id: number;
  ref: string;
  subject: Subject;
  userId: number;
  /** A method of the gateway. */
  method: string;
  amount: Rupiah;
  fee: Rupiah | null;
  totalPayment: Rupiah | null;
  /** Content of the QR code, number of the account, or address of the page. */
  paymentNumber: string | null;
  /** The gateway's id of it; null until a create was answered. */
  transactionId: string | null;
  /** No money moves: the gateway is in sandbox mode. */
  sandbox: boolean;
  /** The gateway has no transaction for it, and will have none. */
  absent: boolean;
  /** Questions to the gateway since it was made, or since it ended; while it is made, answers that were lost. */
  checks: number;
  status: PaymentStatus;
  createdAt: Date;
  expiresAt: Date;
  completedAt: Date | null;
  invoiceMessageId: number | null;
  invoiceClosedAt: Date | null;
  /** When the message that says that the invoice is loading went away. */
  placeholderGoneAt: Date | null;
};
