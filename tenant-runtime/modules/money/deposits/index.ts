export { DEPOSIT } from './callbacks.ts';
export { copy as depositCopy } from './copy.ts';
export { STATUS as DEPOSIT_STATUS_TEXT } from './copy-history.ts';
export { depositHandlers } from './handlers.ts';
export { depositPayable } from './payable.ts';
export type { Deposit, DepositStatus, Proof } from './schema.ts';
export { createDeposits, type Deposits, type Review } from './service.ts';
export { findDeposit, type ListedDeposit, listDeposits } from './sql.ts';
