import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { JobSchedule } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import { TENANT_ENV } from '../../tenant-runtime/config.ts';
import { SECRET_NAMES, type SellerNotices } from '../fleet/tenants/index.ts';
import { createNotices } from '../people/rent/notices.ts';
import { createRent, type Rent, type RentParts } from '../people/rent/service.ts';
import { createSellerMessenger, createSellers, type Sellers } from '../people/sellers/index.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import type { Telegram } from '../platform/telegram/index.ts';

/** What speaks to the sellers of all stores, and what looks after their rent. */
export type Renting = {
  sellers: Sellers;
  notices: SellerNotices;
  /** The rent itself, which needs what is made later. */
  open(
    parts: Pick<RentParts, 'operations' | 'audit' | 'alerts'> & { schedule(schedule: JobSchedule): Promise<void> },
  ): { rent: Rent; background: { name: string; start(): void | Promise<void>; stop(): Promise<void> }[] };
};

const LOOK = { key: 'sweep', cron: '*/15 * * * *', timezone: 'UTC' };

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
  return {
    sellers,
    notices: createNotices({ sellers, settings }),
    open({ schedule, ...parts }) {
      const rent = createRent({ db, clock, log, sellers, settings, ...parts });
      const start = async () => {
        await schedule(LOOK);
        rent.start();
      };
      return {
        rent,
        background: [
          { name: 'sellers', ...messenger },
          { name: 'rent', start, stop: rent.stop },
        ],
      };
    },
  };
}
