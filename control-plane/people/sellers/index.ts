export { sellerMessagesTask } from './messenger.ts';
export { createSellers, type Sellers } from './service.ts';
