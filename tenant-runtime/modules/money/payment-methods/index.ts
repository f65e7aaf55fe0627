export { boundsHint, fitting } from './bounds.ts';
export { PAYMENT_METHODS } from './callbacks.ts';
export { methodButton } from './copy.ts';
export { paymentMethodHandlers } from './handlers.ts';
export { createPaymentMethods, type PaymentMethods } from './service.ts';
