import { ROUTES } from '../contract/index.ts';
import type { Define } from '../http/index.ts';
import type { SelfBackups } from './service.ts';

export function selfBackupRoutes(define: Define, backups: Pick<SelfBackups, 'make'>): void {
  define(ROUTES.backUpControlPlane, ({ caller }) => backups.make(caller));
}
