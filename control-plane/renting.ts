import type { Clock } from '../kernel/clock.ts';
import type { Db } from '../kernel/db.ts';
import type { Log } from '../kernel/log.ts';
import type { Waker } from '../kernel/waker.ts';
import { TENANT_ENV } from '../tenant-runtime/config.ts';
import type { ControlPlaneConfig } from './config.ts';
import { createNotices, type Notices, type RentSettings } from './rent/index.ts';
import type { Secrets } from './secrets/index.ts';
import { createSellerMessenger, createSellers, type Sellers } from './sellers/index.ts';
import type { Telegram } from './telegram/index.ts';
import { SECRET_NAMES } from './tenants/index.ts';

/** What speaks to the sellers of all stores, and how the rent is reckoned here. */
export type Renting = { sellers: Sellers; notices: Notices; settings: RentSettings; messenger: Waker };

export function composeRenting(deps: {
  config: ControlPlaneConfig;
  db: Db;
  clock: Clock;
  log: Log;
  secrets: Secrets;
  telegram: Telegram;
}): Renting {
  const { config, db, clock, log, secrets, telegram } = deps;
  const tokenOf = async (tenantId: string) => (await secrets.openAll(db, tenantId))[SECRET_NAMES.botToken];
  const messenger = createSellerMessenger({ db, clock, log, telegram, tokenOf });
  const sellers = createSellers({ db, clock, onQueued: messenger.wake });
  const settings = {
    graceDays: config.rentGraceDays,
    contact: config.rentContact,
    timeZone: config.tenantDefaults.BOT_TIMEZONE ?? TENANT_ENV.shape.BOT_TIMEZONE.parse(undefined),
  };
  return { sellers, messenger, settings, notices: createNotices({ sellers, settings }) };
}
