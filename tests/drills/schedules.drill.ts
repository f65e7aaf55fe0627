import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextOccurrence, type Recurrence } from '../../kernel/recurrence.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { backupsAvailable } from '../control-plane/support/pg-tools.ts';
import { type Alarms, type Shop, said, startAlarms } from './alarms.ts';

const available = await backupsAvailable();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PATIENCE_MS = 90_000;

/** So long ago each day is a store's backup due: no other turn is near. */
const SINCE_BACKUP_MS = 3 * HOUR_MS;
const BACKUP_TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Jakarta', timeStyle: 'short' }).format(
  Date.now() - SINCE_BACKUP_MS,
);

describe.skipIf(!available)('schedules', () => {
  let drill: Alarms;
  let shop: Shop;
  let pids: number[];
  /** When the hourly check comes due. */
  let hourly: Recurrence;
  let ahead = 0;
  beforeAll(async () => {
    drill = await startAlarms({ BACKUP_TIME, HEALTHCHECK_INTERVAL_MINUTES: '60' });
    shop = await drill.openShop('Warung Sari');
    pids = await shop.pids();
    hourly = await eventually(async () => {
      const { jobs } = drill.plane.services;
      const [checks, backups] = [await jobs.schedules('health'), await jobs.schedules('backups')];
      expect([checks.length, backups.length]).toEqual([1, 1]);
      return checks[0]?.recurrence as Recurrence;
    }, PATIENCE_MS);
  }, 180_000);
  afterAll(() => drill?.close());

  async function travel(ms: number): Promise<void> {
    ahead += ms;
    await drill.travel(ms);
  }
  const untilCheck = () => {
    const now = Date.now() + ahead;
    return nextOccurrence(hourly, new Date(now)).getTime() - now;
  };
  /** About so far, to a moment at which no turn is near: half an hour before that of the check. */
  const travelToQuiet = (ms: number) => travel(ms + untilCheck() - HOUR_MS / 2);
  /** To just after the check's next turn. */
  const travelToCheck = () => travel(untilCheck() + 1000);

  type Done = { checksSent: number; backupsSent: number; backups: number };
  const ids = async (what: string) => (await drill.plane.db.query<{ id: string }>(what)).map(({ id }) => id);
  const CHECKS_SENT = "SELECT id FROM jobs.job WHERE name = 'health'";
  const BACKUPS_SENT = "SELECT id FROM jobs.job WHERE name = 'backups'";
  const BACKUPS = "SELECT id FROM backups WHERE reason = 'scheduled' AND state = 'verified'";
  const LOOKS = "SELECT id FROM health_checks WHERE occasion <> 'request'";

  /** Notes what there is; what came since is counted. */
  async function watch() {
    const known = new Set((await Promise.all([CHECKS_SENT, BACKUPS_SENT, BACKUPS, LOOKS].map(ids))).flat());
    const fresh = async (what: string) => (await ids(what)).filter((id) => !known.has(id)).length;
    const done = async (): Promise<Done> => ({
      checksSent: await fresh(CHECKS_SENT),
      backupsSent: await fresh(BACKUPS_SENT),
      backups: await fresh(BACKUPS),
    });
    return {
      done,
      /** So much is sent and done, and no more when all has come to its end and the clock was looked at twice more. */
      async becomes(wanted: Done): Promise<void> {
        await eventually(async () => {
          expect(await done()).toEqual(wanted);
          expect(
            await ids("SELECT id FROM jobs.job WHERE name <> 'schedules' AND state IN ('created', 'active')"),
          ).toEqual([]);
          expect(await ids("SELECT id FROM operations WHERE state IN ('scheduled', 'running')")).toEqual([]);
        }, PATIENCE_MS);
        await twoReadings();
        expect(await done()).toEqual(wanted);
        // The check itself may have found an operation at work, and follows that then.
        if (wanted.checksSent > 0)
          await eventually(async () => expect(await fresh(LOOKS)).toBeGreaterThan(0), PATIENCE_MS);
      },
    };
  }

  /** It was looked twice more whether the clock was set back. */
  async function twoReadings(): Promise<void> {
    const readings = () => ids("SELECT id FROM jobs.job WHERE singleton_key = 'clock' AND state = 'completed'");
    const known = new Set(await readings());
    await eventually(
      async () => expect((await readings()).filter((id) => !known.has(id)).length).toBeGreaterThan(1),
      PATIENCE_MS,
    );
  }
  /** What the owner reads of a morning, whatever it counts. */
  const DIGEST = expect.stringMatching(
    new RegExp(
      said(
        '🛠 Lapak',
        '📒 Ringkasan \\d+ \\S+ \\d+',
        '🏪 1 toko: 🟢 1 berjalan',
        '❗ Masalah sejak ringkasan terakhir: 0, 0 selesai · terbuka sekarang: 0',
        '💰 Kemarin: \\d pesanan · Rp[\\d.]+',
        '💾 Cadangan: \\d toko aman · \\d terlambat$',
      ),
    ),
  );

  test('that missed their turns because the clock jumped make up for them once, and go on as before; nobody is woken', async () => {
    const jump = await watch();
    await travelToQuiet(3 * DAY_MS);
    await jump.becomes({ checksSent: 1, backupsSent: 1, backups: 1 });
    const next = await watch();
    await travelToCheck();
    await next.becomes({ checksSent: 1, backupsSent: 0, backups: 0 });
    expect(await shop.pids()).toEqual(pids);
    expect(await drill.chat()).toEqual([DIGEST]);
  }, 240_000);

  test('that came due while there was no control plane are made up for once; stores sold on, and nobody is woken', async () => {
    const outage = await watch();
    await drill.plane.restart(async () => {
      await shop.sell();
      await travelToQuiet(3 * DAY_MS);
      expect(await shop.pids()).toEqual(pids);
    });
    await outage.becomes({ checksSent: 1, backupsSent: 1, backups: 1 });
    expect(await shop.pids()).toEqual(pids);
    expect(await drill.chat()).toEqual([DIGEST]);
  }, 240_000);

  test('go on when the clock is set back, and what they did in a future that was none stands in no way', async () => {
    const back = await watch();
    await travelToQuiet(-3 * DAY_MS);
    await twoReadings();
    // What is due may be done once more for it.
    expect((await back.done()).backupsSent).toBeLessThanOrEqual(1);
    const next = await watch();
    await travelToCheck();
    await eventually(async () => expect((await next.done()).checksSent).toBe(1), PATIENCE_MS);
    // Over the turns that it took before, by the clock that was wrong.
    const again = await watch();
    await travelToQuiet(3 * DAY_MS);
    await again.becomes({ checksSent: 1, backupsSent: 1, backups: 1 });
    expect(await shop.pids()).toEqual(pids);
    await shop.sell();
    expect(await drill.chat()).toEqual([]);
  }, 240_000);
});
