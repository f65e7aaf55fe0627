export { BACKUP_REASONS, BACKUP_STATES, Backup, BackupPage, BackupReason, ListBackupsQuery } from './backups.ts';
export { Drill, DrillList, DrillsAccepted, ListDrillsQuery, RestoreQuery, SelfBackup } from './drills.ts';
export {
  EVENT_SEVERITIES,
  EventsReported,
  ListTenantEventsQuery,
  ReportEventsRequest,
  TenantEvent,
  TenantEventPage,
} from './events.ts';
export {
  HEALTH_CHECKS,
  HealthCheckName,
  HealthFinding,
  HealthPage,
  HealthReport,
  ListHealthQuery,
} from './health.ts';
export { Incident, IncidentPage, ListIncidentsQuery } from './incidents.ts';
export {
  FINAL_STATES,
  ListOperationsQuery,
  OPERATION_KINDS,
  OPERATION_STATES,
  Operation,
  OperationAccepted,
  OperationEvent,
  OperationKind,
  OperationPage,
  OperationState,
  OperationStep,
  REHEARSAL_RESULTS,
  STEP_STATES,
} from './operations.ts';
export {
  ApiKey,
  ApiKeyCreated,
  ApiKeyList,
  AuditEntry,
  AuditPage,
  CreateApiKeyRequest,
  KEY_SCOPES,
  KeyScope,
  ListAuditQuery,
  Orphan,
  OrphanList,
  Problem,
  Readiness,
  RevokeApiKeyQuery,
  SCOPE_MEANING,
} from './platform.ts';
export { ROUTES, type Route } from './routes/index.ts';
export {
  CloneTenantRequest,
  CreateTenantRequest,
  ExtraEnvironment,
  GatewayName,
  IntakeMode,
  ListTenantsQuery,
  RemoveTenantQuery,
  ResourceLimits,
  StoreSlug,
  SuspendTenantRequest,
  TENANT_STATES,
  Tenant,
  TenantAccepted,
  TenantConfiguration,
  TenantLogsQuery,
  TenantPage,
  TenantState,
  TenantUpdated,
  UpdateTenantRequest,
  UpgradeTenantRequest,
} from './tenants.ts';
