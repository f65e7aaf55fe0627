import { createHash } from 'node:crypto';
import type { Db } from '../../../kernel/db.ts';
import type { JobSchedule, Jobs } from '../../../kernel/jobs.ts';
import { convergeSchedules, type WantedSchedule } from '../../../kernel/schedules.ts';
import { selectTenants, type TenantRow } from '../../fleet/tenants/index.ts';
import { settingsOf } from './settings.ts';

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

export function createHealthSchedules(deps: {
  db: Db;
  jobs: Pick<Jobs<typeof QUEUE>, 'schedule' | 'unschedule' | 'schedules'>;
  defaults: Readonly<Record<string, string>>;
}): HealthSchedules {
  const { db, jobs, defaults } = deps;

  function wantedBy(tenant: TenantRow): WantedSchedule[] {
    const { auto, intervalMinutes } = settingsOf(tenant.env, defaults);
    const isWanted = auto && isWatched(tenant);
    return isWanted ? [{ ...scheduleOf(tenant.id, intervalMinutes), data: { tenantId: tenant.id } }] : [];
  }

  async function wantedByAll(): Promise<WantedSchedule[]> {
    const wanted: WantedSchedule[] = [];
    for (let after: string | null = null; ; ) {
      const page: TenantRow[] = await selectTenants(db, { state: null, text: null, after, limit: PAGE });
      wanted.push(...page.flatMap(wantedBy));
      if (page.length < PAGE) return wanted;
      after = page.at(-1)?.store ?? null;
    }
  }

  return {
    converge: () => convergeSchedules(jobs, QUEUE, wantedByAll),
    follow: (tenant) => convergeSchedules(jobs, QUEUE, async () => wantedBy(tenant), tenant.id),
  };
}

/**
 * The schedule of a store's checks. Each store has its own minute and second within the interval, so that a thousand
 * stores are checked one after another. Cron counts minutes of an hour and hours of a day: an interval that does not
 * divide these is shortened to the next that does, so that checks come at equal distances, never further apart than
 * asked. Pure.
 */
export function scheduleOf(tenantId: string, intervalMinutes: number): JobSchedule {
  const hash = createHash('sha256').update(tenantId).digest().readUInt32BE(0);
  return {
    key: tenantId,
    cron: cronOf(intervalMinutes, Math.floor(hash / 60)),
    timezone: 'UTC',
    afterSeconds: hash % 60,
  };
}

function cronOf(intervalMinutes: number, place: number): string {
  if (intervalMinutes < 60) {
    const every = divisorUpTo(60, intervalMinutes);
    return `${place % every}-59/${every} * * * *`;
  }
  const every = divisorUpTo(24, Math.floor(intervalMinutes / 60));
  return `${place % 60} ${Math.floor(place / 60) % every}-23/${every} * * *`;
}

/** The largest number up to `most` that divides `whole`. */
function divisorUpTo(whole: number, most: number): number {
  for (let divisor = Math.min(whole, most); divisor > 1; divisor--) if (whole % divisor === 0) return divisor;
  return 1;
}
