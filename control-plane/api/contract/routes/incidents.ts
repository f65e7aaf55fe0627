import { Incident, IncidentPage, ListIncidentsQuery } from '../incidents.ts';
import type { Route } from './route.ts';

export const INCIDENT_ROUTES = {
  /** Not for viewers: the details quote the last lines of logs, as the logs themselves are not. */
  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    scope: 'operator',
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
