import type { TenantEnvironment } from '../config.ts';
import type { Gateway, GatewayDeps, GatewayFactory } from './gateway.ts';
import { pakasir } from './pakasir/index.ts';

/** Every gateway that a store can be configured for, a line each. The first that is configured takes the payments. */
export const GATEWAYS: readonly GatewayFactory[] = [pakasir];

export function openGateway(factories: readonly GatewayFactory[], env: TenantEnvironment, deps: GatewayDeps): Gateway {
  for (const factory of factories) {
    const gateway = factory(env, deps);
    if (gateway) return gateway;
  }
  throw new Error('the store is configured for no payment gateway');
}
