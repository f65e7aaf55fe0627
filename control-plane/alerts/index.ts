export type { AlertKind, IncidentKind, OccurrenceKind } from './kinds.ts';
export { type AlertStore, type Alerts, createAlerts } from './service.ts';
