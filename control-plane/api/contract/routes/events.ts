import { EventsReported, ListTenantEventsQuery, ReportEventsRequest, TenantEventPage } from '../events.ts';
import type { Route } from './route.ts';

export const EVENT_ROUTES = {
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
} as const satisfies Record<string, Route>;
