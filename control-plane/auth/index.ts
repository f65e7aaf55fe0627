export { keepLocalCredentials } from './local-credentials.ts';
export { apiKeyRoutes } from './routes.ts';
export { type ApiKeys, createApiKeys, type Identity } from './service.ts';
