export { registerConsolePages } from './console-pages.ts';
export { type Define, defineRoute } from './define-route.ts';
export { whenGone } from './gone.ts';
export {
  BODY_LIMIT,
  isUnlimited,
  registerConcurrencyLimit,
  registerConnectionLimit,
  registerHostList,
  registerRateLimit,
  registerReportLimit,
  STALLED_MS,
} from './limits.ts';
export { LOCAL_SOCKET, listenLocally } from './local-socket.ts';
export { registerOpenApi } from './openapi.ts';
export { cursorOf, pageOf, positionOf } from './paging.ts';
export { refusedField, registerProblems } from './problems.ts';
export { HEARTBEAT, HEARTBEAT_MS, lastEventId, streamText } from './streams.ts';
export { type ReadinessCheck, systemRoutes } from './system-routes.ts';
export { registerTextCheck } from './texts.ts';
