export { createBacklog } from './backlog.ts';
export { copy as deliveryCopy } from './copy.ts';
export { createDeliveries, type Deliveries } from './service.ts';
export { type Delivery, findDelivery, pendingStats } from './sql.ts';
export { goodsHidden, setGoodsHidden } from './sql-settings.ts';
