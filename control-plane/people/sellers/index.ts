export { createSellerMailbox } from './mailbox.ts';
export { createSellers, type Sellers } from './service.ts';
