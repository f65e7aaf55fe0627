import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { SelfBackups } from './service.ts';

export function selfBackupRoutes(define: Define, backups: Pick<SelfBackups, 'make'>): void {
  define(ROUTES.backUpControlPlane, ({ caller }) => backups.make(caller));
}
