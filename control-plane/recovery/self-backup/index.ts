export { controlTarget } from './make.ts';
export { SELF_SUBJECT, SelfManifest } from './manifest.ts';
export { selfBackupPassword } from './password.ts';
export { selfBackupRoutes } from './routes.ts';
export { createSelfBackups, type SelfBackups } from './service.ts';
export { isCounted } from './sql.ts';
