export { createStoreChanges } from './changes.ts';
export { createFailedImages } from './failed-images.ts';
export { rolloutRoutes } from './routes.ts';
export { createRollouts } from './service.ts';
export { countRollouts } from './sql.ts';
export { clearWait } from './stores-sql.ts';
export { createRolloutTask } from './task.ts';
