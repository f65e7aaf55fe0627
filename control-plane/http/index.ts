import type { Route } from '../contract/index.ts';
import type { RouteHandler } from './define-route.ts';

/** Registers a route of the contract with its handler. */
export type Define = <const R extends Route>(route: R, handler: RouteHandler<R>) => void;

export { includes, registerAuthentication } from './authenticate.ts';
export { defineRoute } from './define-route.ts';
export {
  BODY_LIMIT,
  registerConcurrencyLimit,
  registerConnectionLimit,
  registerRateLimit,
  STALLED_MS,
} from './limits.ts';
export { registerOpenApi } from './openapi.ts';
export { cursorOf, pageOf } from './paging.ts';
export { refusedField, registerProblems } from './problems.ts';
export { streamText } from './streams.ts';
export { type ReadinessCheck, systemRoutes } from './system-routes.ts';
