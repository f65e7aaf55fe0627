import { createHash } from 'node:crypto';
import type { Db } from '../../../kernel/db.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import { convergeSchedules, type JobSchedule, type WantedSchedule } from '../../../kernel/schedules.ts';
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
      const page: TenantRow[] = await selectTenants(db, { after, limit: PAGE });
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
 * The schedule of a store's checks. Each store has its own second within the interval, so that a thousand stores are checked
 * one after another. Pure.
 */
export function scheduleOf(tenantId: string, intervalMinutes: number): JobSchedule {
  const hash = createHash('sha256').update(tenantId).digest().readUInt32BE(0);
  const everySeconds = intervalMinutes * 60;
  return { key: tenantId, recurrence: { everySeconds, offsetSeconds: hash % everySeconds } };
}
