export { type Adjustment, createWallet, type Wallet } from './service.ts';
