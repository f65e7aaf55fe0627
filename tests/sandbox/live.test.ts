import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, test } from 'vitest';
import type { LiveUpdate } from '../../sandbox/control/live.ts';
import { closeLater, openChat, openHarness } from './harness.ts';

/** Reads updates one after the other, each with the id to go on from. */
async function follow(url: string, search: string, lastEventId?: string) {
  const leave = new AbortController();
  closeLater(async () => leave.abort());
  const response = await fetch(`${url}/control/live?${search}`, {
    headers: lastEventId ? { 'last-event-id': lastEventId } : {},
    signal: leave.signal,
  });
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const next = async (): Promise<LiveUpdate & { id: string }> => {
    const { value } = (await reader?.read()) ?? {};
    return { ...(JSON.parse(value?.data ?? 'null') as LiveUpdate), id: value?.id ?? '' };
  };
  /** The first update that is as asked; those before it are looked at too. */
  const until = async (wanted: (update: LiveUpdate) => boolean) => {
    for (;;) {
      const update = await next();
      if (wanted(update)) return update;
    }
  };
  return { status: response.status, next, until };
}

test('a page gets what there is, then what changes, and after a break what it missed', async () => {
  const { url, bot, chat, message } = await openChat();
  const search = `bot=${bot.id}&chats=${chat.userId}`;
  const live = await follow(url, search);
  const first = await live.next();
  expect(first).toMatchObject({ whole: true, bots: [{ id: bot.id }] });
  expect(first.chats[0]?.messages.map(({ text }) => text)).toEqual(['/start']);

  const sent = await message('sendMessage', { chat_id: chat.userId, text: 'Halo' });
  const update = await live.until(({ chats }) => chats[0]?.messages.some(({ text }) => text === 'Halo') ?? false);
  expect(update.whole).toBe(false);
  expect(update.chats[0]?.messages).toHaveLength(1);

  await message('sendMessage', { chat_id: chat.userId, text: 'sementara' });
  const back = await (await follow(url, search, update.id)).next();
  expect(back).toMatchObject({ whole: false });
  expect(back.chats[0]?.messages.map(({ text }) => text)).toEqual(['sementara']);
  expect(back.chats[0]?.ids).toContain(sent.message_id);
});

test('after everything was forgotten, and at another sandbox, a page begins anew', async () => {
  const { url, client, bot, chat } = await openChat();
  const live = await follow(url, `bot=${bot.id}&chats=${chat.userId}`);
  const { id } = await live.next();
  await client.reset();
  expect(await live.until(({ whole }) => whole)).toMatchObject({ bots: [], people: [] });
  const other = await openHarness();
  expect(await (await follow(other.url, '', id)).next()).toMatchObject({ whole: true });
});

test('taps, payments and faults are told of', async () => {
  const { url, client, bot, chat, call } = await openChat();
  const live = await follow(url, `bot=${bot.id}&chats=${chat.userId}`);
  await live.next();
  await client.faults.add({ target: 'telegram', kind: '429' });
  expect((await live.until(({ faults }) => faults.length === 1)).faults[0]).toMatchObject({ kind: '429', fired: 0 });
  await call('sendMessage', { chat_id: chat.userId, text: 'x' });
  const refused = await live.until(({ calls }) => calls.length > 0);
  expect(refused.calls[0]).toMatchObject({ method: 'sendMessage', status: 429 });
  await client.pakasir.createProject({ slug: 'toko', apiKey: 'kunci-rahasia' });
  await fetch(`${url}/control/pakasir/notifying`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"notify":false}',
  });
  expect((await live.until(({ payments }) => !payments.notifying)).payments.transactions).toEqual([]);
});

test('pages are refused that come from elsewhere, and one too many', async () => {
  const { url } = await openHarness();
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/control`, { headers })).status;
  expect(await status({ origin: 'https://elsewhere.example' })).toBe(403);
  expect(await status({ origin: url })).toBe(200);
  for (let open = 0; open < 32; open += 1) expect((await follow(url, '')).status).toBe(200);
  expect((await follow(url, '')).status).toBe(429);
});
