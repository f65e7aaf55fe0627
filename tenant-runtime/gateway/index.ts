export {
  type Answer,
  CLOSED_CAUSES,
  type ClosedCause,
  type Gateway,
  type GatewayFactory,
  type GatewayMethod,
  type GatewayTransaction,
  type Invoice,
  type MethodKind,
  methodOf,
  type WebhookRequest,
} from './gateway.ts';
export { GATEWAYS, openGateway } from './registry.ts';
