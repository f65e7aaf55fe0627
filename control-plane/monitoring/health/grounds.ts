import { type Db, ping } from '../../../kernel/db.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import type { Ground } from './surroundings.ts';

/** What every store stands on, and how it is seen to be there. */
export function groundsOf({ db, driver, apiRoot }: { db: Db; driver: Driver; apiRoot: string }): Ground[] {
  return [
    { name: 'postgres', title: 'Postgres', probe: () => ping(db) },
    // The reconciler, which sees nothing then, is who tells of it.
    { name: 'driver', title: `The ${driver.kind} driver`, probe: () => driver.ping(), quiet: true },
    // Any answer will do: without a token there is only a refusal.
    { name: 'telegram', title: 'Telegram', probe: (signal) => fetch(apiRoot, { signal }), onDemand: true },
  ];
}
