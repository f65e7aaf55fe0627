export { drillRoutes } from './routes.ts';
export { createDrillSchedule } from './schedule.ts';
export { createDrills } from './service.ts';
export { requestDrills, selectLastPassed } from './sql.ts';
export { drillWorkflow } from './workflow.ts';
