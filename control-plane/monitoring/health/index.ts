export { askRuntime } from './ask-runtime.ts';
export type { Lowered } from './checker.ts';
export { groundsOf } from './grounds.ts';
export { healthRoutes } from './routes.ts';
export { createHealth, type Health } from './service.ts';
export { settingsOf } from './settings.ts';
export { countByHealth } from './sql.ts';
export { createSurroundings } from './surroundings.ts';
