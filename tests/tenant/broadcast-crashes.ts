import { afterEach, expect, test } from 'vitest';
import { crowd } from '../support/crowd.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import type { KillableStore, StartKillable } from '../support/store-inside.ts';

const PLACES = ['broadcast.claimed', 'broadcast.sent'];

/** @param start how the store is run, in this process or in one of its own */
export function describeBroadcastCrashes(start: StartKillable, places: readonly string[] = PLACES): void {
  let shop: TestStore;
  let runtime: KillableStore | undefined;
  afterEach(async () => {
    runtime?.kill('SIGKILL');
    await runtime?.exited;
    runtime = undefined;
    await shop.close();
  });

  const TEXT = '<b>Promo</b> &lt;akhir&gt;   tahun &amp; awal';
  const SHOWN = 'Promo <akhir>   tahun & awal';

  async function begin(size: number): Promise<readonly number[]> {
    shop = await startTestStore({ start: false });
    const ids = await crowd(shop, size);
    const chat = shop.admin.chatWith(shop.bot);
    await shop.database.db.query(
      `WITH b AS (INSERT INTO broadcasts (body, created_by, led_by, created_at) VALUES ($1, $2, $2, now()) RETURNING id)
     INSERT INTO broadcast_recipients (broadcast_id, user_id) SELECT b.id, u FROM b, unnest($3::bigint[]) u`,
      [TEXT, chat.userId, ids],
    );
    return ids;
  }

  /** How often each of them got the message, whatever became of it later. */
  function timesSent(ids: readonly number[]): number[] {
    const { chats } = shop.sandbox.telegram.bot(shop.bot.id);
    return ids.map(
      (id) =>
        chats
          .get(id)!
          .history.list()
          .filter(({ kind, message }) => kind === 'sent' && message?.text === SHOWN).length,
    );
  }

  const finished = () => shop.admin.chatWith(shop.bot).waitFor('Broadcast selesai', { since: 0, timeoutMs: 40_000 });

  /** What the store wrote down of each of them. */
  async function statuses(): Promise<string[]> {
    const rows = await shop.database.db.query<{ status: string }>(
      'SELECT status FROM broadcast_recipients ORDER BY user_id',
    );
    return rows.map((row) => row.status);
  }

  test.each(places)(
    'killed at %s, nobody gets it twice, and those whose message was under way are counted',
    async (failpoint) => {
      const ids = await begin(5);
      runtime = await start(shop, shop.env, failpoint);
      expect((await runtime.exited).signal).toBe('SIGKILL');
      const before = timesSent(ids).reduce((sum, times) => sum + times, 0);
      expect(before > 0).toBe(failpoint === 'broadcast.sent');
      const interrupted = (await statuses()).map((status) => status === 'sending');
      const unknown = interrupted.filter(Boolean).length;
      expect(unknown).toBeGreaterThan(0);
      const times = timesSent(ids);
      runtime = await start(shop, shop.env);
      const report = await finished();
      expect(report.text).toContain(`Terkirim: ${5 - unknown} dari 5`);
      expect(report.text).toContain(`Tidak pasti, tidak dikirim ulang: ${unknown}`);
      expect(await statuses()).toEqual(interrupted.map((lost) => (lost ? 'unknown' : 'sent')));
      expect(timesSent(ids)).toEqual(interrupted.map((lost, index) => (lost ? times[index] : 1)));
    },
    90_000,
  );

  if (places !== PLACES) return;

  test.each([
    ['drop_after', 1],
    ['drop_before', 0],
    ['5xx', 0],
  ] as const)(
    'a message without an answer (%s) is not sent a second time, and the report says so',
    async (kind, times) => {
      const ids = await begin(3);
      await shop.client.faults.add({ target: 'telegram', method: 'sendMessage', contains: 'Promo', kind });
      runtime = await start(shop, shop.env);
      const report = await finished();
      expect(report.text).toContain('Terkirim: 2 dari 3');
      expect(report.text).toContain('Tidak pasti, tidak dikirim ulang: 1');
      const found = await statuses();
      expect(timesSent(ids)).toEqual(found.map((status) => (status === 'unknown' ? times : 1)));
    },
    90_000,
  );

  test('who left the staff while their broadcast runs sees nothing more of it', async () => {
    await begin(5);
    const former = await shop.client.createUser({ firstName: 'Mantan' });
    await former.chatWith(shop.bot).send('/start');
    await shop.database.db.query('UPDATE broadcasts SET led_by = $1', [former.id]);
    runtime = await start(shop, shop.env);
    expect((await finished()).text).toContain('Terkirim: 5 dari 5');
    const seen = await former.chatWith(shop.bot).messages();
    expect(seen.filter(({ text }) => text.includes('Broadcast'))).toEqual([]);
  }, 60_000);

  test('a message that Telegram does not take ends the broadcast instead of failing for everybody', async () => {
    const ids = await begin(40);
    await shop.client.faults.add({
      target: 'telegram',
      method: 'sendMessage',
      contains: 'Promo',
      kind: '400',
      description: "Bad Request: can't parse entities",
      times: 'always',
    });
    runtime = await start(shop, shop.env);
    const report = await shop.admin
      .chatWith(shop.bot)
      .waitFor('Telegram menolak pesannya', { since: 0, timeoutMs: 20_000 });
    expect(report.text).toContain("can't parse entities");
    expect(timesSent(ids).every((times) => times === 0)).toBe(true);
    const waiting = await shop.database.db.query("SELECT FROM broadcast_recipients WHERE status = 'waiting'");
    expect(waiting.length).toBeGreaterThan(20);
  });
}
