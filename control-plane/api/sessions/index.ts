export { createSessionCookie, type SessionCookie } from './cookie.ts';
export { sessionRoutes } from './routes.ts';
export { assertSameOrigin } from './same-origin.ts';
export { createSessions, type Sessions } from './service.ts';
