export { copy as paymentCopy, LABELS as PAYMENT_LABELS } from './copy.ts';
export { paymentHandlers } from './handlers.ts';
export { createInvoices, type Invoices } from './invoice.ts';
export { orderPayable } from './order-payable.ts';
export type { Bill, Payable, Payables, Subject } from './payable.ts';
export { createReconcile, type Reconcile } from './reconcile.ts';
export { type CheckResult, createPayments, type Payments } from './service.ts';
export { paymentsOf, unfinishedInvoices } from './sql.ts';
export { createPaymentWebhook, WEBHOOK_STATUS, type WebhookResult } from './webhook.ts';
