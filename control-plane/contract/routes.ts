import type { z } from 'zod';
import { EventsReported, ListTenantEventsQuery, ReportEventsRequest, TenantEventPage } from './events.ts';
import { ListOperationsQuery, Operation, OperationAccepted, OperationPage } from './operations.ts';
import {
  ApiKey,
  ApiKeyCreated,
  ApiKeyList,
  AuditPage,
  CreateApiKeyRequest,
  type KeyScope,
  ListAuditQuery,
  Readiness,
} from './platform.ts';
import {
  CreateTenantRequest,
  ListTenantsQuery,
  RemoveTenantQuery,
  Tenant,
  TenantAccepted,
  TenantConfiguration,
  TenantLogsQuery,
  TenantPage,
  UpdateTenantRequest,
} from './tenants.ts';

/**
 * One route of the API. `answer` is the body of `status`; routes without one stream text. Everything else that can come
 * back is a Problem. `scope` is the least that the API key must have; `public` routes ask for no key, and a route of scope
 * `store` for the token of the very store in its path.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  scope: KeyScope | 'public' | 'store';
  summary: string;
  status: 200 | 201 | 202;
  query?: z.ZodType;
  body?: z.ZodType;
  answer?: z.ZodType;
};

const accepted = { scope: 'operator', status: 202, answer: OperationAccepted } as const;

/** Every route of the API. The server registers them from here, and the CLI calls them. */
export const ROUTES = {
  createTenant: {
    method: 'POST',
    path: '/v1/tenants',
    scope: 'operator',
    summary: 'Open a store',
    status: 202,
    body: CreateTenantRequest,
    answer: TenantAccepted,
  },
  listTenants: {
    method: 'GET',
    path: '/v1/tenants',
    scope: 'viewer',
    summary: 'Stores, by name',
    status: 200,
    query: ListTenantsQuery,
    answer: TenantPage,
  },
  showTenant: {
    method: 'GET',
    path: '/v1/tenants/:store',
    scope: 'viewer',
    summary: 'One store',
    status: 200,
    answer: Tenant,
  },
  showTenantConfiguration: {
    method: 'GET',
    path: '/v1/tenants/:store/config',
    scope: 'viewer',
    summary: 'The configuration of a store, without its secrets',
    status: 200,
    answer: TenantConfiguration,
  },
  updateTenant: {
    ...accepted,
    method: 'PATCH',
    path: '/v1/tenants/:store',
    summary: 'Change the configuration of a store',
    body: UpdateTenantRequest,
  },
  /** `purge=true` needs the scope admin: it destroys the database instead of renaming it aside. */
  removeTenant: {
    ...accepted,
    method: 'DELETE',
    path: '/v1/tenants/:store',
    summary: 'Close a store for good',
    query: RemoveTenantQuery,
  },
  startTenant: { ...accepted, method: 'POST', path: '/v1/tenants/:store/start', summary: 'Start a store' },
  stopTenant: { ...accepted, method: 'POST', path: '/v1/tenants/:store/stop', summary: 'Stop a store' },
  restartTenant: { ...accepted, method: 'POST', path: '/v1/tenants/:store/restart', summary: 'Restart a store' },
  /** The reconciler leaves a paused store alone. */
  pauseTenant: {
    method: 'POST',
    path: '/v1/tenants/:store/pause',
    scope: 'operator',
    summary: 'Pause reconciliation of a store',
    status: 200,
    answer: Tenant,
  },
  unpauseTenant: {
    method: 'POST',
    path: '/v1/tenants/:store/unpause',
    scope: 'operator',
    summary: 'Let the reconciler look after a store again',
    status: 200,
    answer: Tenant,
  },
  tenantLogs: {
    method: 'GET',
    path: '/v1/tenants/:store/logs',
    scope: 'operator',
    summary: 'Log lines of a store as text; with `follow` until the client goes away',
    status: 200,
    query: TenantLogsQuery,
  },
  reportTenantEvents: {
    method: 'POST',
    path: '/v1/tenants/:store/events',
    scope: 'store',
    summary: 'What the owners of a store should know, from the store itself; each event id counts once',
    status: 202,
    body: ReportEventsRequest,
    answer: EventsReported,
  },
  listTenantEvents: {
    method: 'GET',
    path: '/v1/tenants/:store/events',
    scope: 'viewer',
    summary: 'Events that a store reported, newest first',
    status: 200,
    query: ListTenantEventsQuery,
    answer: TenantEventPage,
  },
  listOperations: {
    method: 'GET',
    path: '/v1/operations',
    scope: 'viewer',
    summary: 'Operations, newest first',
    status: 200,
    query: ListOperationsQuery,
    answer: OperationPage,
  },
  showOperation: {
    method: 'GET',
    path: '/v1/operations/:id',
    scope: 'viewer',
    summary: 'One operation with its steps',
    status: 200,
    answer: Operation,
  },
  /** Server-sent events, see OperationEvent. */
  operationEvents: {
    method: 'GET',
    path: '/v1/operations/:id/events',
    scope: 'viewer',
    summary: 'Progress of an operation as server-sent events; replays from Last-Event-ID',
    status: 200,
  },
  retryOperation: {
    ...accepted,
    method: 'POST',
    path: '/v1/operations/:id/retry',
    summary: 'Resume a failed or cancelled operation at the step that did not succeed',
  },
  cancelOperation: {
    ...accepted,
    method: 'POST',
    path: '/v1/operations/:id/cancel',
    summary: 'Cancel an operation at the next safe point',
  },
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
