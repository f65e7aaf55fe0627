export { createLedgerCheck } from './ledger-check.ts';
export { type Adjustment, createWallet, type Wallet } from './service.ts';
export { type LedgerDifference, outOfBalance } from './sql.ts';
