export { controlTarget, SELF_SUBJECT, SelfManifest, selfBackupPassword } from './make.ts';
export { selfBackupRoutes } from './routes.ts';
export { createSelfBackups } from './service.ts';
export { isCounted } from './sql.ts';
