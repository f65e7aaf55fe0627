export { hasEnd, lasted, overOf, renderAlert, renderRecovery, SIGNS, titleOf } from './copy.ts';
export type { AlertKind, IncidentKind, OccurrenceKind } from './kinds.ts';
export { incidentRoutes } from './routes.ts';
export { type AlertStore, type Alerts, createAlerts } from './service.ts';
export { countOpenByKind, type IncidentRow, selectIncidentsById, selectOpenKeys } from './sql.ts';
