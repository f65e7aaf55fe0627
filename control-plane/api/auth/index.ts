export { includes, registerAuthentication } from './authenticate.ts';
export { credentialsFile, keepLocalCredentials } from './local-credentials.ts';
export { apiKeyRoutes } from './routes.ts';
export { createApiKeys } from './service.ts';
export { keyNameOf } from './sql.ts';
