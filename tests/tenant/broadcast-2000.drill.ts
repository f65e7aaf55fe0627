import { afterEach, expect, test } from 'vitest';
import type { CallRecord } from '../../sandbox/client.ts';
import { MOST_IN_FLIGHT, PER_SECOND } from '../../tenant-runtime/modules/delivery/broadcast/index.ts';
import { crowd } from '../support/crowd.ts';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

/** What Telegram takes of one bot in a second. */
const TELEGRAM_LIMIT = 30;
const TEXT = 'Promo akhir tahun!';
const SIZE = 2000;

let shop: TestStore;
let runtime: RuntimeProcess | undefined;
afterEach(async () => {
  runtime?.kill('SIGKILL');
  await runtime?.exited;
  runtime = undefined;
  await shop.close();
});

const isBlocked = (index: number) => index % 100 === 7;

/** Of the misfortunes below, those that leave open whether a message is there. */
const WITHOUT_ANSWER = 6;

/** Everything that goes wrong for single messages, as often as it does. */
async function misfortune(): Promise<void> {
  const rules = [
    { kind: '429', retryAfter: 1, skip: 150 },
    { kind: '5xx', skip: 300 },
    { kind: 'drop_after', skip: 400, times: 2 },
    { kind: 'drop_before', skip: 600 },
    { kind: 'drop_after', skip: 1500, times: 2 },
    { kind: '429', retryAfter: 2, skip: 1700, times: 2 },
  ] as const;
  for (const rule of rules) {
    await shop.client.faults.add({ target: 'telegram', method: 'sendMessage', contains: TEXT, ...rule });
  }
}

/** The messages of the busiest second, by when the sandbox saw them; answers to taps and questions are none. */
function busiestSecond(calls: readonly CallRecord[]): CallRecord[] {
  const messages = calls.filter((call) => /^(send|forward|edit)/.test(call.method));
  const times = messages.map((call) => Date.parse(call.at));
  let busiest: CallRecord[] = [];
  let last = 0;
  for (const [first, from] of times.entries()) {
    while (last < times.length && times[last]! < from + 1000) last += 1;
    if (last - first > busiest.length) busiest = messages.slice(first, last);
  }
  return busiest;
}

test('2,000 people get it at the pace and nobody twice, through faults, a SIGKILL and a stop', async () => {
  // Both clocks are the machine's, so that the recorded times are those at which the calls came.
  shop = await startTestStore({ start: false, clock: { now: () => new Date(), advance: () => {} } });
  const ids = await crowd(shop, SIZE, isBlocked);
  const chat = shop.admin.chatWith(shop.bot);
  runtime = await startRuntime(shop.env);
  await chat.send('/admin');
  await chat.waitFor('Admin Settings');
  await chat.tap('📣 Broadcast Pesan');
  await chat.waitFor('Broadcast Pesan');
  await chat.tap('✍️ Tulis Broadcast');
  await chat.waitFor('Tulis Broadcast');
  await chat.send(TEXT);
  await chat.waitFor(/Akan dikirim ke 2\.00\d orang/);
  await misfortune();
  const taken = await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    contains: TEXT,
    skip: 900,
    times: MOST_IN_FLIGHT,
    kind: 'hold_after',
  });
  const since = await shop.client.now();
  await chat.tap('✅ Kirim Sekarang');

  // Killed when Telegram has taken several messages of which the store does not know yet.
  await taken.waitHeld({ count: MOST_IN_FLIGHT, timeoutMs: 90_000 });
  runtime.kill('SIGKILL');
  await runtime.exited;
  await taken.remove();
  const interrupted = await shop.database.db.query("SELECT FROM broadcast_recipients WHERE status = 'sending'");
  expect(interrupted.length).toBeGreaterThanOrEqual(MOST_IN_FLIGHT);
  runtime = await startRuntime(shop.env);

  await shop.client.waitForCalls({ botId: shop.bot.id, chatId: ids[1200]! }, { timeoutMs: 60_000 });
  await chat.tapData('bct:stop:1', { force: true });
  const stopped = await chat.waitFor('orang sudah menerimanya', { timeoutMs: 10_000 });
  const mark = await shop.client.now();
  await chat.tap('▶️ Lanjutkan', { messageId: stopped.id });
  const last = await chat.waitFor('Broadcast selesai', { since: mark, timeoutMs: 90_000 });

  const blocked = ids.filter((_, index) => isBlocked(index));

  expect(last.text).not.toContain('Gagal');
  const lost = await shop.database.db.query<{ user_id: number }>(
    "SELECT user_id FROM broadcast_recipients WHERE status = 'unknown'",
  );
  const unknown = new Set(lost.map((row) => row.user_id));
  expect(last.text).toContain(`Memblokir bot: ${blocked.filter((id) => !unknown.has(id)).length}`);
  expect(last.text).toContain(`Tidak pasti, tidak dikirim ulang: ${unknown.size}`);
  expect(unknown.size).toBe(interrupted.length + WITHOUT_ANSWER);
  const { chats } = shop.sandbox.telegram.bot(shop.bot.id);
  const times = ids.map((id) => {
    const sent = chats
      .get(id)!
      .history.list()
      .filter((event) => event.kind === 'sent');
    return sent.filter((event) => event.message?.text === TEXT).length;
  });
  const certain = times.filter((_, index) => !unknown.has(ids[index]!));
  expect(certain).toEqual(ids.flatMap((id, index) => (unknown.has(id) ? [] : isBlocked(index) ? [0] : [1])));
  expect(Math.max(...times)).toBe(1);
  const unreachable = await shop.database.db.query('SELECT id FROM users WHERE bot_blocked_at IS NOT NULL ORDER BY id');
  expect(unreachable).toEqual(blocked.filter((id) => !unknown.has(id)).map((id) => ({ id })));

  const calls = await shop.client.calls({ botId: shop.bot.id, since });
  const busiest = busiestSecond(calls);
  const shown = busiest.map((call) => `${call.at.slice(17)} ${call.method} ${call.chatId} ${call.status}`).join('\n');
  expect(busiest.length, shown).toBeLessThanOrEqual(TELEGRAM_LIMIT);
  expect(PER_SECOND + MOST_IN_FLIGHT).toBeLessThan(TELEGRAM_LIMIT);
  for (const id of ids) {
    const at = calls.filter((call) => call.chatId === id).map((call) => Date.parse(call.at));
    for (const [index, time] of at.slice(1).entries()) expect(time - at[index]!).toBeGreaterThanOrEqual(1000);
  }
  // Those who were not asked to wait got it in order.
  const order = calls.filter((call) => call.params.text === TEXT && call.status === 200).map((call) => call.chatId!);
  const late = order.filter((id, index) =>
    order.slice(Math.max(0, index - MOST_IN_FLIGHT), index).every((one) => one > id),
  );
  expect(late.length).toBeLessThan(40);
}, 240_000);
