import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { Restores } from './service.ts';

export function restoreRoutes(define: Define, restores: Restores): void {
  define(ROUTES.restoreBackup, async ({ param, query, caller }) => ({
    operation: await restores.restore(param('id'), { withoutBackup: query.withoutBackup === 'true' }, caller),
  }));
}
