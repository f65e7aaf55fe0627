import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { openChat } from './harness.ts';

test.each([
  [
    { kind: '429', retryAfter: 7 },
    { error_code: 429, description: 'Too Many Requests: retry after 7', parameters: { retry_after: 7 } },
  ],
  [{ kind: '401' }, { error_code: 401, description: 'Unauthorized' }],
  [{ kind: '403' }, { error_code: 403, description: 'Forbidden: bot was blocked by the user' }],
  [
    { kind: '400', description: 'Bad Request: PEER_ID_INVALID' },
    { error_code: 400, description: 'Bad Request: PEER_ID_INVALID' },
  ],
  [
    { kind: '5xx', status: 503 },
    { error_code: 503, description: 'Bad Gateway' },
  ],
] as const)('%o answers without effect, once', async (rule, answer) => {
  const { client, call, chat } = await openChat();
  const fault = await client.faults.add({ target: 'telegram', method: 'sendMessage', ...rule });
  expect(await call('sendMessage', { text: 'x' })).toEqual({ ok: false, ...answer });
  expect(await chat.messages()).toHaveLength(1);
  expect(await call('sendMessage', { text: 'x' })).toMatchObject({ ok: true });
  expect(await fault.waitFired()).toMatchObject({ fired: 1, seen: 1 });
});

test('a rule hits only what it names, after skipping, as often as it says', async () => {
  const { client, call, bot, budi } = await openChat();
  const outcome = async (text: string) => (await call('sendMessage', { text })).ok;
  const rule = { target: 'telegram', kind: '5xx', token: bot.token, chatId: budi.id, contains: 'kirim' } as const;
  await client.faults.add({ ...rule, skip: 1, times: 2 });
  expect(await outcome('lain')).toBe(true);
  const outcomes = [];
  for (let i = 0; i < 4; i++) outcomes.push(await outcome(`kirim ${i}`));
  expect(outcomes).toEqual([true, false, false, true]);
  await client.faults.clear();
  await client.faults.add({ ...rule, times: 'always' });
  expect([await outcome('kirim'), await outcome('kirim'), await outcome('kirim')]).toEqual([false, false, false]);
  expect(await call('getUpdates')).toMatchObject({ ok: true });
});

test('drop_before destroys the connection and nothing happened', async () => {
  const { client, call, chat } = await openChat();
  await client.faults.add({ target: 'telegram', kind: 'drop_before' });
  await expect(call('sendMessage', { text: 'hilang' })).rejects.toThrow('fetch failed');
  expect((await chat.messages()).map((one) => one.text)).toEqual(['/start']);
  expect(await client.calls({ method: 'sendMessage' })).toMatchObject([{ status: 0 }]);
});

test('drop_after destroys the connection although the message was sent', async () => {
  const { client, call, chat } = await openChat();
  await client.faults.add({ target: 'telegram', kind: 'drop_after' });
  await expect(call('sendMessage', { text: 'sampai' })).rejects.toThrow('fetch failed');
  expect(await chat.waitFor('sampai')).toMatchObject({ text: 'sampai' });
  expect(await client.calls({ method: 'sendMessage' })).toMatchObject([{ status: 200, response: { ok: true } }]);
});

test('timeout never answers, and ends when it is released', async () => {
  const { client, call, chat } = await openChat();
  const fault = await client.faults.add({ target: 'telegram', kind: 'timeout' });
  const calling = call('sendMessage', { text: 'x' }).catch((error: Error) => error.message);
  await fault.waitHeld();
  expect(await fault.release()).toBe(1);
  expect(await calling).toBe('fetch failed');
  expect(await chat.messages()).toHaveLength(1);
});

test('timeout may end by itself', async () => {
  const { client, call } = await openChat();
  await client.faults.add({ target: 'telegram', kind: 'timeout', millis: 20 });
  await expect(call('sendMessage', { text: 'x' })).rejects.toThrow('fetch failed');
});

test('hold_before parks a call before its effect, hold_after behind it', async () => {
  const { client, call, chat } = await openChat();
  const before = await client.faults.add({ target: 'telegram', method: 'sendMessage', kind: 'hold_before' });
  const first = call('sendMessage', { text: 'satu' });
  await before.waitHeld();
  expect(await chat.messages()).toHaveLength(1);
  await before.release();
  expect(await first).toMatchObject({ ok: true });

  const after = await client.faults.add({ target: 'telegram', method: 'sendMessage', kind: 'hold_after' });
  const second = call('sendMessage', { text: 'dua' });
  await after.waitHeld();
  expect((await chat.messages()).map((one) => one.text)).toEqual(['/start', 'satu', 'dua']);
  expect(await client.calls({ method: 'sendMessage' })).toHaveLength(2);
  await after.remove();
  expect(await second).toMatchObject({ ok: true });
});

test('a call whose caller died while it was held before has no effect', async () => {
  const { client, chat, bot, budi, url } = await openChat();
  const fault = await client.faults.add({ target: 'telegram', kind: 'hold_before' });
  const body = JSON.stringify({ chat_id: budi.id, text: 'x' });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /bot${bot.token}/sendMessage HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await fault.waitHeld();
  socket.destroy();
  await client.waitForCalls({ method: 'sendMessage' });
  expect(await fault.release()).toBe(0);
  expect(await chat.messages()).toHaveLength(1);
});

test('waiting for a fault that does not come fails with what was waited for', async () => {
  const { client } = await openChat();
  const fault = await client.faults.add({ target: 'telegram', kind: '5xx', method: 'sendPhoto' });
  await expect(fault.waitFired({ timeoutMs: 20 })).rejects.toThrow('"method":"sendPhoto"');
  await expect(client.faults.add({ target: 'telegram', kind: 'gremlin' as '5xx' })).rejects.toThrow('kind');
});
