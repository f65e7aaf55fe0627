export { drillRoutes } from './routes.ts';
export { createDrillSchedule, type DrillSchedule } from './schedule.ts';
export { createDrills, type Drills } from './service.ts';
export { requestDrills, selectLastPassed } from './sql.ts';
export { drillWorkflow } from './workflow.ts';
