import type { Db } from '../../../kernel/db.ts';
import type { Addressed, Driver } from '../drivers/index.ts';
import type { WantedRoutes } from '../ingress/index.ts';
import { isWebhook } from './environment.ts';
import { runtimeName } from './naming.ts';
import { type RouteRow, selectRoutes } from './sql.ts';

/** What Caddy should route, by the rows: the stores in webhook mode, stopped ones too; a suspended one is closed. */
export async function wantedRoutes(
  { db, driver }: { db: Db; driver: Pick<Driver, 'endpoint'> },
  publicUrl: string | undefined,
): Promise<WantedRoutes> {
  const rows = await selectRoutes(db);
  const webhooks = rows.filter(({ mode }) => publicUrl !== undefined && isWebhook(mode, publicUrl));
  return {
    wanted: new Map(webhooks.map((row) => [row.store, driver.endpoint(addressed(row))])),
    busy: new Set(rows.filter(({ busy }) => busy).map(({ store }) => store)),
  };
}

const addressed = ({ store, gateway, telegram, pakasir }: RouteRow): Addressed => ({
  store,
  name: runtimeName(store, gateway),
  ports: { telegram, pakasir },
});
