export { bringUp } from './bring-up.ts';
export { shownConfiguration } from './configuration.ts';
export type { SellerNotices, SuspendedTenant, TenantDeps } from './deps.ts';
export { SECRET_NAMES } from './environment.ts';
export { claimStoreFolder } from './folder.ts';
export { partEnvironment } from './input.ts';
export { databaseName, roleName, runtimeName } from './naming.ts';
export { tenantRoutes } from './routes.ts';
export { endpointOf, loadSpec, loadTenant, requireTenant } from './runtime-spec.ts';
export { securingTask } from './securing.ts';
export { createTenants, type Tenants } from './service.ts';
export type { RentPolicy } from './service-deps.ts';
export {
  countTenantsByState,
  selectSlugs,
  selectTenant,
  selectTenantById,
  selectTenants,
  type TenantRow,
} from './sql.ts';
export { markUnsettled, type ObservedColumns, touchObserved, updateObserved, updateState } from './state-sql.ts';
export { stepsAround } from './steps-around.ts';

export { wantedRoutes } from './wanted-routes.ts';
export { createWorkflows } from './workflows.ts';
