import { describe, expect, test } from 'vitest';
import type { Update } from '../../sandbox/telegram/types.ts';
import { openChat, standingClock } from './harness.ts';
import { openReceiver } from './receiver.ts';

describe('webhooks', () => {
  test('an update is posted with the secret, and getUpdates is refused meanwhile', async () => {
    const { call, chat } = await openChat();
    const hook = await openReceiver();
    await call('setWebhook', { url: hook.url, secret_token: 'rahasia-1', drop_pending_updates: true });
    await chat.send('lewat webhook');
    const [got] = await hook.received(1);
    expect(got!.headers['x-telegram-bot-api-secret-token']).toBe('rahasia-1');
    expect(got!.json).toMatchObject({ message: { text: 'lewat webhook' } });
    expect(await call('getUpdates')).toEqual({
      ok: false,
      error_code: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
  });

  test('what is not answered by 2xx comes again, in order, and the error is told', async () => {
    const { call, chat, client, bot } = await openChat();
    await client.configure({ retry: { baseMillis: 10, maxMillis: 40 } });
    const hook = await openReceiver();
    hook.answerNext({ status: 500 }, { status: 302 });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('satu');
    await chat.send('dua');
    const texts = (await hook.received(4)).map((one) => (one.json as { message: { text: string } }).message.text);
    expect(texts).toEqual(['satu', 'satu', 'satu', 'dua']);
    const info = await client.webhookInfo(bot);
    expect(info).toMatchObject({ url: hook.url, last_error_message: 'Wrong response from the webhook: 302 Found' });
  });

  test('an address where nobody listens keeps the updates until the webhook is deleted', async () => {
    const { call, chat, client, bot } = await openChat();
    await client.configure({ retry: { baseMillis: 5, maxMillis: 5 } });
    const hook = await openReceiver();
    await hook.close();
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('menunggu');
    await expect
      .poll(() => client.webhookInfo(bot))
      .toMatchObject({
        pending_update_count: 1,
        last_error_message: 'Connection refused',
      });
    await call('deleteWebhook');
    expect(await call('getUpdates')).toMatchObject({ result: [{ message: { text: 'menunggu' } }] });
  });

  test('a webhook that moves takes along what the old address did not accept', async () => {
    const clock = standingClock();
    const { call, chat, client } = await openChat({ clock });
    await client.configure({ retry: { baseMillis: 60_000, maxMillis: 60_000 } });
    const [before, after] = [await openReceiver(), await openReceiver()];
    before.answerAlways({ status: 500 });
    await call('setWebhook', { url: before.url, drop_pending_updates: true });
    await chat.send('pindah');
    await before.received(2);
    clock.advance(1000);
    await call('setWebhook', { url: after.url });
    expect((await after.received(1))[0]!.json).toMatchObject({ message: { text: 'pindah' } });
  });

  test('a slow receiver is given up after the timeout, and other chats do not wait for it', async () => {
    const { call, chat, client, bot } = await openChat();
    await client.configure({ retry: { baseMillis: 5, maxMillis: 5, timeoutMillis: 300 } });
    const siti = (await client.createUser({ firstName: 'Siti' })).chatWith(bot);
    const hook = await openReceiver();
    hook.answerNext('never');
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('lambat');
    await hook.received(1);
    await siti.send('cepat');
    const names = (await hook.received(3)).map((one) => (one.json as { message: { text: string } }).message.text);
    expect(names).toEqual(['lambat', 'cepat', 'lambat']);
    expect(await client.webhookInfo(bot)).toMatchObject({ last_error_message: 'Read timeout expired' });
  });

  test('a call in the answer is made', async () => {
    const { call, chat, budi } = await openChat();
    const hook = await openReceiver();
    hook.answerNext({ status: 200, body: { method: 'sendMessage', chat_id: budi.id, text: 'langsung' } });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('hai');
    expect(await chat.waitFor('langsung')).toMatchObject({ from: 'bot', text: 'langsung' });
  });

  test('the repeat fault delivers the same update twice', async () => {
    const { call, chat, client } = await openChat();
    const hook = await openReceiver();
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    const fault = await client.faults.add({ target: 'telegram', method: 'webhook', kind: 'repeat' });
    await chat.send('hai');
    await chat.send('lagi');
    const ids = (await hook.received(3)).map((one) => (one.json as Update).update_id);
    expect(ids).toEqual([ids[0], ids[0], ids[0]! + 1]);
    await fault.waitFired();
  });

  test('a webhook needs a good secret, and HTTPS unless the host is private', async () => {
    const clock = standingClock();
    const { refusal: refused, call } = await openChat({ clock });
    const refusal: typeof refused = (...given) => {
      clock.advance(1000);
      return refused(...given);
    };
    const url = 'https://toko.example.com/telegram';
    expect(await call('setWebhook', { url })).toMatchObject({ ok: true });
    expect(await refusal('setWebhook', { url, secret_token: 'a b' })).toBe(
      'Bad Request: secret token contains unallowed characters',
    );
    expect(await refusal('setWebhook', { url: 'http://toko.example.com/' })).toBe(
      'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    );
    expect(await refusal('setWebhook', { url: 'https://toko.example.com:9000/' })).toContain('only on ports');
  });

  test('a webhook is set once a second', async () => {
    const clock = standingClock();
    const { call, url: api, bot } = await openChat({ clock });
    const url = 'https://toko.example.com/telegram';
    expect(await call('setWebhook', { url })).toMatchObject({ ok: true });
    const again = await fetch(`${api}/bot${bot.token}/setWebhook?url=${url}`);
    expect(again.headers.get('retry-after')).toBe('1');
    expect(await again.json()).toEqual({
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    expect(await call('deleteWebhook')).toMatchObject({ ok: true });
    clock.advance(1000);
    expect(await call('setWebhook', { url })).toMatchObject({ ok: true });
  });

  test('a refused update comes again at once', async () => {
    const { call, chat, client } = await openChat();
    await client.configure({ retry: { baseMillis: 60_000, maxMillis: 60_000 } });
    const hook = await openReceiver();
    hook.answerNext({ status: 500 });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('hai');
    expect(await hook.received(2)).toHaveLength(2);
  });

  test('after that it comes after twice as long each time', async () => {
    const { call, chat, client } = await openChat();
    await client.configure({ retry: { baseMillis: 40, maxMillis: 10_000 } });
    const hook = await openReceiver();
    hook.answerNext({ status: 500 }, { status: 500 }, { status: 500 });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('hai');
    const [, second, third, fourth] = (await hook.received(4)).map((one) => one.at);
    expect(third! - second!).toBeGreaterThanOrEqual(79);
    expect(fourth! - third!).toBeGreaterThanOrEqual(159);
  });

  test('Retry-After is honoured', async () => {
    const { call, chat, client } = await openChat();
    await client.configure({ retry: { baseMillis: 20 } });
    const hook = await openReceiver();
    hook.answerNext({ status: 503, headers: { 'retry-after': '6' } });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('hai');
    const [first, second] = (await hook.received(2)).map((one) => one.at);
    expect(second! - first!).toBeGreaterThanOrEqual(119);
  });

  test('a webhook that is gone for 23 hours is closed, and the updates wait', async () => {
    const clock = standingClock();
    const { call, chat, client, bot } = await openChat({ clock });
    await client.configure({ retry: { baseMillis: 5, maxMillis: 5 } });
    const hook = await openReceiver();
    hook.answerAlways({ status: 410 });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('lama');
    await hook.received(3);
    clock.advance(22 * 3600_000);
    await hook.received(hook.requests.length + 2);
    expect(await client.webhookInfo(bot)).toMatchObject({ url: hook.url });
    clock.advance(3600_001);
    await expect.poll(() => client.webhookInfo(bot)).toMatchObject({ url: '' });
    expect(await call('getUpdates')).toMatchObject({ result: [{ message: { text: 'lama' } }] });
  });

  test('a tap does not wait for the message of the same person', async () => {
    const { call, chat, message } = await openChat();
    await message('sendMessage', {
      text: 'Bayar?',
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'y' }]] },
    });
    const hook = await openReceiver();
    hook.answerNext('never');
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('satu');
    await chat.send('dua');
    await hook.received(1);
    await chat.tap('Ya');
    const [first, second] = (await hook.received(2)).map((one) => one.json);
    expect(first).toMatchObject({ message: { text: 'satu' } });
    expect(second).toMatchObject({ callback_query: { data: 'y' } });
    expect(hook.requests).toHaveLength(2);
  });

  test('a tap older than 150 seconds is not sent again', async () => {
    const clock = standingClock();
    const { call, chat, message, client, bot } = await openChat({ clock });
    await client.configure({ retry: { baseMillis: 5, maxMillis: 5 } });
    await message('sendMessage', {
      text: 'Bayar?',
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'y' }]] },
    });
    const hook = await openReceiver();
    hook.answerAlways({ status: 503 });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.tap('Ya');
    await hook.received(3);
    clock.advance(149_000);
    expect(await client.webhookInfo(bot)).toMatchObject({ pending_update_count: 1 });
    clock.advance(1000);
    expect(await client.webhookInfo(bot)).toMatchObject({ pending_update_count: 0 });
  });

  test('an answer to a webhook may not ask for a webhook', async () => {
    const { call, chat, client, bot, budi } = await openChat();
    const hook = await openReceiver();
    hook.answerNext({ status: 200, body: { method: 'deleteWebhook' } });
    hook.answerNext({ status: 200, body: { method: 'sendMessage', chat_id: budi.id, text: 'sampai' } });
    await call('setWebhook', { url: hook.url, drop_pending_updates: true });
    await chat.send('satu');
    await chat.send('dua');
    await chat.waitFor('sampai');
    expect(await client.webhookInfo(bot)).toMatchObject({ url: hook.url });
    expect(await client.calls({ method: 'deleteWebhook' })).toEqual([]);
  });
});
