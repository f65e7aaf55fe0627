import { ROUTES } from '../../api/contract/index.ts';
import { cursorOf, type Define, pageOf } from '../../api/http/index.ts';
import type { Backups } from './service.ts';

export function backupRoutes(define: Define, backups: Backups): void {
  define(ROUTES.createBackup, async ({ param, caller }) => ({
    operation: await backups.create(param('store'), caller),
  }));
  define(ROUTES.listBackups, async ({ param, query }) => {
    const before = cursorOf(query.cursor, 'number');
    const rows = await backups.list({ store: param('store'), before, limit: query.limit + 1 });
    const { items, nextCursor } = pageOf(rows, query.limit, (row) => row.seq);
    return { backups: items, nextCursor };
  });
  define(ROUTES.pruneBackups, async ({ param, caller }) => ({
    operation: await backups.prune(param('store'), caller),
  }));
  define(ROUTES.listBackupStandings, ({ query }) => backups.standings(query));
  define(ROUTES.showBackup, ({ param }) => backups.show(param('id')));
  define(ROUTES.verifyBackup, async ({ param, caller }) => ({ operation: await backups.verify(param('id'), caller) }));
}
