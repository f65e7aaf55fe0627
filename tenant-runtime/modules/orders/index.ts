export { createRefunds, type Refund, type Refunds, refundable } from './refunds.ts';
export {
  ORDER_STATUSES,
  type Order,
  type OrderLine,
  type OrderStatus,
  type PaymentMethod,
  type SettledBy,
  type Settlement,
} from './schema.ts';
export {
  type Checkout,
  createOrders,
  type GatewayPayment,
  MAX_OPEN_ORDERS,
  type Orders,
  type PayBy,
} from './service.ts';
export {
  countByStatus,
  customerOf,
  findOrder,
  findOrderByRef,
  type ListedOrder,
  linesOf,
  listOrders,
  lockCustomer,
  type OrderFilter,
  setDelivered,
  setNote,
} from './sql.ts';
