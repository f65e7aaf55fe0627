export { type Define, defineRoute } from './define-route.ts';
export {
  BODY_LIMIT,
  isUnlimited,
  registerConcurrencyLimit,
  registerConnectionLimit,
  registerHostList,
  registerRateLimit,
  STALLED_MS,
} from './limits.ts';
export { registerOpenApi } from './openapi.ts';
export { cursorOf, pageOf } from './paging.ts';
export { refusedField, registerProblems } from './problems.ts';
export { streamText } from './streams.ts';
export { type ReadinessCheck, systemRoutes } from './system-routes.ts';
