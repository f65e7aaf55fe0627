export { createWallet, type Wallet } from './service.ts';
