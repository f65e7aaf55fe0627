export { askedOfGateway, balancePart, methodText } from './held-balance.ts';
export { personIn, referenceIn } from './reference.ts';
export { createRefunds, type Refund, type Refunds, refundable } from './refunds.ts';
export type {
  Checkout,
  CreditReason,
  GatewayPayment,
  Order,
  OrderLine,
  OrderStatus,
  SettledBy,
  Settlement,
} from './schema.ts';
export { createOrders, type Orders } from './service.ts';
export {
  countByStatus,
  customerOf,
  findOrder,
  findOrderByRef,
  type ListedOrder,
  linesOf,
  listOrders,
  type OrderFilter,
  openOrderHolding,
  setDelivered,
  setNote,
} from './sql.ts';
