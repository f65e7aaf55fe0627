export { copy as deliveryCopy } from './copy.ts';
export { createDeliveries, type Deliveries } from './service.ts';
export { findDelivery, pendingOrders, pendingStats } from './sql.ts';
export { goodsHidden, setGoodsHidden } from './sql-settings.ts';
