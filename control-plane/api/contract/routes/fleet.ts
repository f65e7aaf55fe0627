import { Summary } from '../summary.ts';
import type { Route } from './route.ts';

export const FLEET_ROUTES = {
  showSummary: {
    method: 'GET',
    path: '/v1/summary',
    scope: 'viewer',
    summary: 'The fleet in numbers: what needs somebody, and what it sold today',
    status: 200,
    answer: Summary,
  },
  /** Server-sent events, see FleetEvent and FleetHeartbeat. */
  fleetEvents: {
    method: 'GET',
    path: '/v1/events',
    scope: 'viewer',
    summary: 'What changes in the fleet as server-sent events, with heartbeats; replays from Last-Event-ID',
    status: 200,
    text: 'text/event-stream',
  },
} as const satisfies Record<string, Route>;
