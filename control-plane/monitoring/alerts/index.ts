export { hasEnd, lasted, overOf, renderAlert, renderRecovery, SIGNS, titleOf } from './copy.ts';
export { incidentRoutes } from './routes.ts';
export { type Alerts, createAlerts, type IncidentPart } from './service.ts';
export { countOpenByKind, type IncidentRow, selectIncidentsById, selectOpenKeys } from './sql.ts';
