import type { Db } from '../../kernel/db.ts';
import type { JobSchedule, Jobs } from '../../kernel/jobs.ts';
import { selectTenants, type TenantRow } from '../tenants/index.ts';
import { settingsOf } from './settings.ts';
import { scheduleOf } from './spread.ts';

export type HealthSchedules = {
  /** Makes the schedules what the rows of the stores say: they are the truth. */
  converge(): Promise<void>;
  /** The same for one store. */
  follow(tenant: TenantRow): Promise<void>;
};

const PAGE = 200;
const QUEUE = 'health';

/** A store that is open and should run is looked after; one that was stopped on purpose is not. */
export function isWatched(tenant: Pick<TenantRow, 'desired_state' | 'provisioned_at'>): boolean {
  return tenant.desired_state === 'running' && tenant.provisioned_at !== null;
}

export function createHealthSchedules(parts: {
  db: Db;
  jobs: Pick<Jobs<typeof QUEUE>, 'schedule' | 'unschedule' | 'schedules'>;
  defaults: Readonly<Record<string, string>>;
}): HealthSchedules {
  const { db, jobs, defaults } = parts;

  function wanted(tenant: TenantRow): JobSchedule | undefined {
    const { auto, intervalMinutes } = settingsOf(tenant.env, defaults);
    return auto && isWatched(tenant) ? scheduleOf(tenant.id, intervalMinutes) : undefined;
  }

  async function apply(tenant: TenantRow, found: JobSchedule | undefined): Promise<void> {
    const want = wanted(tenant);
    if (want && !isSame(want, found)) await jobs.schedule(QUEUE, want, { tenantId: tenant.id });
    if (!want && found) await jobs.unschedule(QUEUE, tenant.id);
  }

  return {
    async converge() {
      const found = new Map((await jobs.schedules(QUEUE)).map((schedule) => [schedule.key, schedule]));
      for (let after: string | null = null; ; ) {
        const page: TenantRow[] = await selectTenants(db, { state: null, text: null, after, limit: PAGE });
        for (const tenant of page) {
          await apply(tenant, found.get(tenant.id));
          found.delete(tenant.id);
        }
        if (page.length < PAGE) break;
        after = page.at(-1)?.store ?? null;
      }
      for (const key of found.keys()) await jobs.unschedule(QUEUE, key);
    },
    async follow(tenant) {
      await apply(
        tenant,
        (await jobs.schedules(QUEUE)).find(({ key }) => key === tenant.id),
      );
    },
  };
}

function isSame(a: JobSchedule, b: JobSchedule | undefined): boolean {
  return b !== undefined && a.cron === b.cron && a.timezone === b.timezone && a.afterSeconds === b.afterSeconds;
}
