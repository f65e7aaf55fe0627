export { createSellerMessenger } from './messenger.ts';
export { createSellers, type Sellers } from './service.ts';
