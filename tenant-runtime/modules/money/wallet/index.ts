export { createBooksCheck } from './books.ts';
export { type Adjustment, createWallet, type Wallet } from './service.ts';
export { type Books, outOfBalance } from './sql.ts';
