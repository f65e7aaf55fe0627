import { afterEach, describe, expect, test } from 'vitest';
import { createBudget, type Lane, type Time } from '../../tenant-runtime/bot/budget.ts';
import { crowd } from '../support/crowd.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

/** A time that stands still until it is moved. */
function stillTime(): Time & { pass(millis: number): Promise<void> } {
  let now = 0;
  let alarms: { at: number; act: () => void }[] = [];
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after: (millis, act) => void alarms.push({ at: now + millis, act }),
    async pass(millis) {
      const end = now + millis;
      await settled();
      for (;;) {
        const next = alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        alarms = alarms.filter((alarm) => alarm !== next);
        now = Math.max(now, next.at);
        next.act();
        await settled();
      }
      now = end;
    },
  };
}

/** Calls through a budget to a Telegram that answers at once, and says 429 where it is told to. */
function outlet(time: Time, refuse: (chat: number) => number | undefined = () => undefined) {
  const budget = createBudget({ time });
  const calls: { lane: Lane; at: number; chat: number }[] = [];
  const send = (lane: Lane, chat: number, method = 'sendMessage') =>
    budget.lane(lane)(
      (async () => {
        calls.push({ lane, at: time.now(), chat });
        const seconds = refuse(chat);
        return seconds === undefined
          ? { ok: true, result: {} }
          : { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: seconds } };
      }) as never,
      method as never,
      { chat_id: chat } as never,
      undefined,
    );
  return { calls, send };
}

describe('the budget', () => {
  test('lets no more than thirty messages and edits go in any second, whoever sends them', async () => {
    const time = stillTime();
    const { calls, send } = outlet(time);
    const lanes: Lane[] = ['now', 'soon', 'bulk'];
    const done = Promise.all(
      Array.from({ length: 120 }, (_, n) => send(lanes[n % 3]!, n, n % 2 === 0 ? 'sendPhoto' : 'editMessageText')),
    );
    await time.pass(10_000);
    await done;
    expect(calls).toHaveLength(120);
    for (const { at } of calls) {
      expect(calls.filter((other) => other.at >= at && other.at < at + 1000).length).toBeLessThanOrEqual(30);
    }
  });

  test('what a person waits for goes before news, and news before what everybody gets', async () => {
    const time = stillTime();
    const { calls, send } = outlet(time);
    for (let n = 0; n < 100; n += 1) void send('bulk', n);
    await time.pass(0);
    // Room is left for the others while everybody is written to.
    expect(calls).toHaveLength(25);
    for (let n = 0; n < 10; n += 1) void send('soon', 1000 + n);
    for (let n = 0; n < 10; n += 1) void send('now', 2000 + n);
    await time.pass(0);
    expect(calls.slice(25, 28).every(({ lane }) => lane === 'soon')).toBe(true);
    expect(calls.slice(28).map(({ lane }) => lane)).toEqual(['now', 'now']);
    await time.pass(1000);
    expect(calls.slice(30, 38).every(({ lane }) => lane === 'now')).toBe(true);
    expect(calls.slice(38, 45).every(({ lane }) => lane === 'soon')).toBe(true);
    await time.pass(10_000);
    expect(calls).toHaveLength(120);
  });

  test('answers to taps, deletions and questions cost nothing of it', async () => {
    const time = stillTime();
    const { calls, send } = outlet(time);
    for (let n = 0; n < 100; n += 1) void send('now', n, ['answerCallbackQuery', 'deleteMessage', 'getMe'][n % 3]);
    await time.pass(0);
    expect(calls).toHaveLength(100);
  });

  test('a chat that is held back is held back alone; a second one means the whole bot, for all', async () => {
    const time = stillTime();
    const slow = new Set([1]);
    const { calls, send } = outlet(time, (chat) => (slow.has(chat) ? 5 : undefined));
    expect(await send('now', 1)).toMatchObject({ error_code: 429 });
    expect(await send('soon', 1)).toMatchObject({ error_code: 429, parameters: { retry_after: 5 } });
    expect(await send('bulk', 3)).toMatchObject({ ok: true });
    expect(calls.map(({ chat }) => chat)).toEqual([1, 3]);
    slow.add(2);
    await send('bulk', 2);
    expect(await send('now', 3)).toMatchObject({ error_code: 429, parameters: { retry_after: 5 } });
    expect(calls.map(({ chat }) => chat)).toEqual([1, 3, 2]);
    slow.clear();
    await time.pass(5000);
    expect(await send('now', 3)).toMatchObject({ ok: true });
  });

  test('a queue that is too long is refused as Telegram would, and memory stays bounded', async () => {
    const time = stillTime();
    const { send } = outlet(time);
    const refused: unknown[] = [];
    for (let n = 0; n < 5100; n += 1) void send('soon', n).then((answer) => !answer.ok && refused.push(answer));
    await time.pass(0);
    expect(refused).toHaveLength(5100 - 5000 - 28);
  });
});

let shop: TestStore | undefined;
afterEach(() => shop?.close());

test('a store that answers a crowd and writes to everybody is never told to slow down', async () => {
  shop = await startTestStore({ env: { TELEGRAM_MESSAGES_PER_SECOND: '30' } });
  await shop.client.configure({ telegramRates: 'strict' });
  const ids = await crowd(shop, 70);
  await shop.database.db.query(
    `INSERT INTO outbox (cause, chat_id, text, bulk) SELECT 'ramai:' || id, id, 'kabar', true FROM unnest($1::bigint[]) id`,
    [ids],
  );
  await shop.restart();
  const people = await Promise.all(Array.from({ length: 20 }, (_, n) => shop!.customer(`Orang ${n}`)));
  for (const { chat } of people) await chat.send('/start');
  for (const { chat } of people) await chat.waitFor('Selamat datang', { since: 0 });
  const waiting = () => shop!.database.db.query('SELECT id FROM outbox WHERE sent_at IS NULL');
  await expect.poll(waiting).toEqual([]);
  expect(await refusals(shop)).toBe(0);
});

async function refusals({ ports }: TestStore): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${ports.telegramPort}/metrics`)).text();
  return Number(/telegram\w*\{[^}]*code="429"[^}]*\} (\d+)/.exec(metrics)?.[1] ?? 0);
}
