export { includes, registerAuthentication } from './authenticate.ts';
export { keepLocalCredentials } from './local-credentials.ts';
export { apiKeyRoutes } from './routes.ts';
export { type ApiKeys, createApiKeys } from './service.ts';
