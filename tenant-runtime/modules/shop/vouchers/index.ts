export { vouchersSection } from './configuration-section.ts';
export { dayText, discountLine, refusalText, worthText } from './copy.ts';
export {
  FIELDS as VOUCHER_FIELDS,
  MAX_LINES as MAX_VOUCHER_LINES,
  parseVouchers,
  type VoucherProblem,
} from './parse.ts';
export { type Closed, type CountedVoucher, MAX_USES, type Quote, type Refusal } from './schema.ts';
export { createVouchers, stateOf, type Vouchers } from './service.ts';
