export { createCaddyIngress, type Ingress, noIngress, type WantedRoutes } from './caddy.ts';
export type { RoutePorts } from './fragments.ts';
export { createRouteKeeper } from './keeper.ts';
