import { HealthHistory, HealthPage, HealthReport, ListHealthQuery } from '../health.ts';
import type { Route } from './route.ts';

export const HEALTH_ROUTES = {
  listHealth: {
    method: 'GET',
    path: '/v1/tenants/:store/health',
    scope: 'viewer',
    summary: 'What the health checks of a store found, newest first; kept for 30 days',
    status: 200,
    query: ListHealthQuery,
    answer: HealthPage,
  },
  healthHistory: {
    method: 'GET',
    path: '/v1/tenants/:store/health/history',
    scope: 'viewer',
    summary: 'Health of a store by day, and its outages, for 30 days',
    status: 200,
    answer: HealthHistory,
  },
  checkHealth: {
    method: 'POST',
    path: '/v1/tenants/:store/health',
    scope: 'operator',
    summary: 'Check a store now; answers with what was found',
    status: 200,
    answer: HealthReport,
    probe: true,
  },
} as const satisfies Record<string, Route>;
