import { Incident, IncidentPage, ListIncidentsQuery } from '../incidents.ts';
import type { Route } from './route.ts';

export const INCIDENT_ROUTES = {
  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    scope: 'viewer',
    summary: 'What went wrong, newest first',
    status: 200,
    query: ListIncidentsQuery,
    answer: IncidentPage,
  },
  acknowledgeIncident: {
    method: 'POST',
    path: '/v1/incidents/:id/acknowledge',
    scope: 'operator',
    summary: 'Say that somebody takes care of it; the first who says so stays',
    status: 200,
    answer: Incident,
  },
} as const satisfies Record<string, Route>;
