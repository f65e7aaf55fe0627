export { groundsOf } from './grounds.ts';
export { healthRoutes } from './routes.ts';
export { createHealth, type Health } from './service.ts';
export { countByHealth } from './sql.ts';
export { createSurroundings } from './surroundings.ts';
