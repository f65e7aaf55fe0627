import type { Db } from '../../../kernel/db.ts';
import type { WantedRoutes } from '../ingress/index.ts';
import { isWebhook } from './environment.ts';
import { selectRoutes } from './sql.ts';

/** What Caddy should route, by the rows: the stores in webhook mode, stopped ones too; a suspended one is closed. */
export async function wantedRoutes(db: Db, publicUrl: string | undefined): Promise<WantedRoutes> {
  const rows = await selectRoutes(db);
  const webhooks = rows.filter(({ mode }) => publicUrl !== undefined && isWebhook(mode, publicUrl));
  return {
    wanted: new Map(webhooks.map(({ store, telegram, pakasir }) => [store, { telegram, pakasir }])),
    busy: new Set(rows.filter(({ busy }) => busy).map(({ store }) => store)),
  };
}
