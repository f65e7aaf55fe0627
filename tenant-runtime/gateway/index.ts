export { type Answer, type Gateway, type GatewayTransaction, type Invoice, MIN_PAYMENT } from './gateway.ts';
export { createPakasir } from './pakasir.ts';
