export { createLedgerCheck } from './ledger-check.ts';
export { type Adjustment, createWallet, type Wallet } from './service.ts';
export { outOfBalance } from './sql.ts';
