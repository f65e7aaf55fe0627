export {
  BACKUP_REASONS,
  BACKUP_STATES,
  Backup,
  BackupPage,
  BackupReason,
  BackupStanding,
  BackupStandingPage,
  ListBackupStandingsQuery,
  ListBackupsQuery,
  STALE_AFTER_HOURS,
} from './backups.ts';
export { Drill, DrillList, DrillsAccepted, ListDrillsQuery, RestoreQuery, SelfBackup } from './drills.ts';
export {
  EVENT_SEVERITIES,
  EventsReported,
  ListTenantEventsQuery,
  ReportEventsRequest,
  TenantEvent,
  TenantEventPage,
} from './events.ts';
export { FLEET_EVENT_KINDS, FLEET_HEARTBEAT, FLEET_RESET, FleetEvent, FleetHeartbeat } from './fleet-events.ts';
export {
  HEALTH_CHECKS,
  HealthCheckName,
  HealthFinding,
  HealthHistory,
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
  KeyScope,
  ListAuditQuery,
  Liveness,
  Orphan,
  OrphanList,
  Problem,
  Readiness,
  RevokeApiKeyQuery,
  TaskReport,
} from './platform.ts';
export {
  ListRolloutStoresQuery,
  ListRolloutsQuery,
  ROLLOUT_STATES,
  ROLLOUT_STORE_STATES,
  Rollout,
  RolloutChange,
  RolloutPage,
  RolloutState,
  RolloutStore,
  RolloutStorePage,
  RolloutTarget,
  StartRolloutRequest,
} from './rollouts.ts';
export { ROUTES, type Route } from './routes/index.ts';
export { KEY_SCOPES, SCOPE_MEANING } from './scopes.ts';
export { Session, SignedOut, SignInLink, SignInRequest } from './session.ts';
export { SHARD_STATES, Shard, ShardDetails, ShardList } from './shards.ts';
export { Summary } from './summary.ts';
export {
  CloneTenantRequest,
  CreateTenantRequest,
  ExtraEnvironment,
  GatewayName,
  IntakeMode,
  ListTenantsQuery,
  MoveTenantRequest,
  RENT_FACETS,
  RemoveTenantQuery,
  ResourceLimits,
  StoreSlug,
  SuspendTenantRequest,
  TENANT_RUNTIMES,
  TENANT_SORTS,
  TENANT_STATES,
  Tenant,
  TenantAccepted,
  TenantConfiguration,
  TenantFacets,
  TenantFacetsQuery,
  TenantLogsQuery,
  TenantPage,
  TenantRuntime,
  TenantState,
  TenantUpdated,
  UpdateTenantRequest,
  UpgradeTenantRequest,
} from './tenants.ts';
