export { VOUCHER_DESK } from './callbacks.ts';
export { voucherDeskHandlers } from './handlers.ts';
