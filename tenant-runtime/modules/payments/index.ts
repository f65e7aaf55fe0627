export { copy as paymentCopy, LABELS as PAYMENT_LABELS } from './copy.ts';
export { paymentHandlers } from './handlers.ts';
export { createInvoices, type Invoices } from './invoice.ts';
export { createReconcile, type Reconcile } from './reconcile.ts';
export { type CheckResult, createPayments, type Payments } from './service.ts';
export { paymentsOfOrder, unfinishedInvoices } from './sql.ts';
export { createPaymentWebhook, WEBHOOK_STATUS, type WebhookResult } from './webhook.ts';
