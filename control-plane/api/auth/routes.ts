import { ROUTES } from '../contract/index.ts';
import type { Define } from '../http/index.ts';
import type { ApiKeys } from './service.ts';

export function apiKeyRoutes(define: Define, apiKeys: ApiKeys): void {
  define(ROUTES.createApiKey, ({ body, caller }) => apiKeys.create(body, caller));
  define(ROUTES.listApiKeys, async () => ({ apiKeys: await apiKeys.list() }));
  define(ROUTES.revokeApiKey, ({ param, query, caller }) =>
    apiKeys.revoke(param('id'), { force: query.force === 'true' }, caller),
  );
}
