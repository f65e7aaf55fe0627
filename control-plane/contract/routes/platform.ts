import {
  ApiKey,
  ApiKeyCreated,
  ApiKeyList,
  AuditPage,
  CreateApiKeyRequest,
  ListAuditQuery,
  Readiness,
} from '../platform.ts';
import type { Route } from './route.ts';

export const PLATFORM_ROUTES = {
  createApiKey: {
    method: 'POST',
    path: '/v1/api-keys',
    scope: 'admin',
    summary: 'Make an API key; the answer shows it once',
    status: 201,
    body: CreateApiKeyRequest,
    answer: ApiKeyCreated,
  },
  listApiKeys: {
    method: 'GET',
    path: '/v1/api-keys',
    scope: 'admin',
    summary: 'API keys, without the keys themselves',
    status: 200,
    answer: ApiKeyList,
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/v1/api-keys/:id',
    scope: 'admin',
    summary: 'Revoke an API key',
    status: 200,
    answer: ApiKey,
  },
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    scope: 'admin',
    summary: 'The audit log, newest first',
    status: 200,
    query: ListAuditQuery,
    answer: AuditPage,
  },
  health: {
    method: 'GET',
    path: '/healthz',
    scope: 'public',
    summary: 'Whether the process lives',
    status: 200,
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    scope: 'public',
    summary: 'Whether Postgres and the driver answer (503 when not)',
    status: 200,
    answer: Readiness,
  },
} as const satisfies Record<string, Route>;
