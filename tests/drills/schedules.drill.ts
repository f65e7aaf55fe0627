import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  /** Minutes between the last turn of the hourly check and now, by the clock of the drill. */
  let sinceCheck: () => number;
  let ahead = 0;
  beforeAll(async () => {
    drill = await startAlarms({ BACKUP_TIME, HEALTHCHECK_INTERVAL_MINUTES: '60' });
    shop = await drill.openShop('Warung Sari');
    pids = await shop.pids();
    const cron = await eventually(async () => {
      const [row] = await drill.plane.db.query<{ cron: string }>(
        "SELECT cron FROM jobs.schedule WHERE name = 'health'",
      );
      expect(await drill.plane.db.query("SELECT FROM jobs.schedule WHERE name = 'backups'")).toHaveLength(1);
      return row?.cron as string;
    }, PATIENCE_MS);
    const minute = Number.parseInt(cron, 10);
    sinceCheck = () => (new Date(Date.now() + ahead).getUTCMinutes() - minute + 60) % 60;
  }, 180_000);
  afterAll(() => drill?.close());

  async function travel(ms: number): Promise<void> {
    ahead += ms;
    await drill.travel(ms);
  }
  /** About so far, to a moment at which no turn is near: half an hour after that of the check. */
  const travelToQuiet = (ms: number) => travel(ms + (30 - sinceCheck()) * MINUTE_MS);
  /** To the middle of the minute in which the check's next turn comes. */
  const travelToCheck = () => travel((60 - sinceCheck()) * MINUTE_MS - ((Date.now() + ahead) % MINUTE_MS) + 30_000);

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
      /** So much is sent and done, and no more when all has come to its end and schedules were looked at twice more. */
      async becomes(wanted: Done): Promise<void> {
        await eventually(async () => {
          await hurry();
          expect(await done()).toEqual(wanted);
          expect(await ids("SELECT id FROM jobs.job WHERE state IN ('created', 'active')")).toEqual([]);
          expect(await ids("SELECT id FROM operations WHERE state IN ('scheduled', 'running')")).toEqual([]);
        }, PATIENCE_MS);
        await twoPasses();
        expect(await done()).toEqual(wanted);
        // The check itself may have found an operation at work, and follows that then.
        if (wanted.checksSent > 0)
          await eventually(async () => expect(await fresh(LOOKS)).toBeGreaterThan(0), PATIENCE_MS);
      },
    };
  }

  /** A check waits for its store's own second of the minute, and workers for their turn to look. */
  async function hurry(): Promise<void> {
    await drill.plane.db.query(
      "UPDATE jobs.job SET start_after = jobs.job_now() WHERE name = 'health' AND state = 'created'",
    );
    const waiting = await ids("SELECT DISTINCT name AS id FROM jobs.job WHERE state = 'created'");
    for (const queue of waiting) drill.plane.services.jobs.wake(queue as 'backups');
  }

  async function twoPasses(): Promise<void> {
    const last = () => ids('SELECT cron_on::text AS id FROM jobs.version');
    for (let passes = 0; passes < 2; passes++) {
      const before = await last();
      await eventually(async () => expect(await last()).not.toEqual(before), PATIENCE_MS);
    }
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
    await twoPasses();
    await hurry();
    // What is due may be done once more for it.
    expect((await back.done()).backupsSent).toBeLessThanOrEqual(1);
    const next = await watch();
    await travelToCheck();
    await eventually(async () => {
      await hurry();
      expect((await next.done()).checksSent).toBe(1);
    }, PATIENCE_MS);
    // Over the turns that it took before, by the clock that was wrong.
    const again = await watch();
    await travelToQuiet(3 * DAY_MS);
    await again.becomes({ checksSent: 1, backupsSent: 1, backups: 1 });
    expect(await shop.pids()).toEqual(pids);
    await shop.sell();
    expect(await drill.chat()).toEqual([]);
  }, 240_000);
});
