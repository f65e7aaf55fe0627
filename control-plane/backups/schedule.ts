import type { Jobs } from '../../kernel/jobs.ts';
import { SYSTEM } from '../caller.ts';
import type { Operations } from '../operations/index.ts';
import type { BackupParts } from './making/parts.ts';
import {
  type BackedUp,
  countScheduled,
  deleteRequest,
  insertRequest,
  lockDueRequest,
  selectBackedUp,
} from './schedule-sql.ts';
import { backupSettings } from './settings.ts';

export type BackupSchedule = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something about a store changed: its hour, or that an operation lets go of it. */
  nudge(tenantId: string): void;
  /** Brings the schedules in line with the stores; of one store, when given. */
  sync(tenantId: string | null): Promise<void>;
  /** Starts the backups whose turn has come, a few at a time. */
  pump(): Promise<void>;
  /** Tells the owners of stores without a good backup for more than a day. */
  look(): Promise<void>;
  /** Stores with a good backup, and those whose last one is too old. */
  summary(): Promise<{ good: number; overdue: number }>;
};

/** Backups that run side by side by themselves: other operations keep their places, and the disk is shared. */
const MOST_AT_ONCE = 2;
const TICK_MS = 30_000;
const OVERDUE_MS = 26 * 3_600_000;
const LOOK_EVERY_MS = 600_000;

export function createBackupSchedule(
  parts: BackupParts & {
    jobs: Pick<Jobs<'backups'>, 'work' | 'schedule' | 'unschedule' | 'schedules'>;
    operations: Operations;
  },
): BackupSchedule {
  const { db, clock, log, jobs, operations, alerts } = parts;
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = 0;
  let stopped = false;
  let working: Promise<void> = Promise.resolve();
  const settings = (store: BackedUp) => backupSettings(store, parts);

  jobs.work('backups', async ({ tenantId }) => {
    await insertRequest(db, String(tenantId), clock.now());
    soon(pump);
  });

  /** One after the other; what fails is done again by the next tick. */
  function soon(work: () => Promise<void>): void {
    if (stopped) return;
    working = working.then(work).catch((error) => log.warn({ err: error }, 'looking after backups failed'));
  }

  async function sync(tenantId: string | null): Promise<void> {
    const known = new Map((await jobs.schedules('backups')).map((schedule) => [schedule.key, schedule]));
    const wanted = new Set<string>();
    for (const store of await selectBackedUp(db, tenantId)) {
      const { automatic, time, timeZone } = settings(store);
      if (!automatic) continue;
      wanted.add(store.id);
      const cron = `${Number(time.slice(3))} ${Number(time.slice(0, 2))} * * *`;
      const now = known.get(store.id);
      if (now?.cron === cron && now.timezone === timeZone) continue;
      await jobs.schedule('backups', { key: store.id, cron, timezone: timeZone }, { tenantId: store.id });
    }
    for (const key of known.keys()) {
      if (wanted.has(key) || (tenantId !== null && key !== tenantId)) continue;
      await jobs.unschedule('backups', key);
    }
  }

  async function pump(): Promise<void> {
    while ((await countScheduled(db)) < MOST_AT_ONCE) {
      const begun = await db.tx(async (tx) => {
        const due = await lockDueRequest(tx, clock.now());
        if (!due) return false;
        await operations.schedule(tx, {
          tenantId: due.tenant_id,
          store: due.store,
          kind: 'backup',
          params: { reason: 'scheduled' },
          caller: SYSTEM,
        });
        await deleteRequest(tx, due.tenant_id);
        return true;
      });
      if (!begun) return;
    }
  }

  function isOverdue(store: BackedUp, now: number): boolean {
    const last = store.last_good_at ?? store.provisioned_at;
    return settings(store).automatic && now - last.getTime() > OVERDUE_MS;
  }

  async function look(): Promise<void> {
    const now = clock.now().getTime();
    for (const store of await selectBackedUp(db, null)) {
      const key = `backup_overdue:${store.id}`;
      const overdue = isOverdue(store, now);
      const about = { tenantId: store.id, store: store.store, storeName: store.store_name };
      const detail = `last good backup: ${store.last_good_at?.toISOString() ?? 'none'}`;
      await db.tx((tx) =>
        overdue
          ? alerts.raise(tx, { kind: 'backup_overdue', key, severity: 'error', about, detail })
          : alerts.clear(tx, key),
      );
    }
  }

  async function tick(): Promise<void> {
    await pump();
    if (Date.now() - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = Date.now();
    await sync(null);
    await look();
  }

  return {
    sync,
    pump,
    look,
    async summary() {
      const stores = await selectBackedUp(db, null);
      const overdue = stores.filter((store) => isOverdue(store, clock.now().getTime())).length;
      return { good: stores.filter((store) => store.last_good_at !== null).length, overdue };
    },
    async start() {
      soon(tick);
      timer = setInterval(() => soon(tick), TICK_MS);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await working;
    },
    nudge(tenantId) {
      soon(() => sync(tenantId));
      soon(pump);
    },
  };
}
