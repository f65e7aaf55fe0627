import { describe, expect, test } from 'vitest';
import type { Update } from '../../sandbox/telegram/types.ts';
import { openChat, standingClock } from './harness.ts';
import { openReceiver } from './receiver.ts';

type Updates = { ok: true; result: Update[] };

describe('getUpdates', () => {
  test('a command reaches the bot with its entity, and again until the offset confirms it', async () => {
    const { call, budi } = await openChat();
    const first = (await call('getUpdates')) as Updates;
    expect(first.result).toMatchObject([
      { message: { text: '/start', from: { id: budi.id }, entities: [{ type: 'bot_command', offset: 0, length: 6 }] } },
    ]);
    expect(await call('getUpdates')).toEqual(first);
    const offset = first.result[0]!.update_id + 1;
    expect(await call('getUpdates', { offset })).toEqual({ ok: true, result: [] });
    expect(await call('getUpdates')).toEqual({ ok: true, result: [] });
  });

  test('a long poll ends as soon as something happens', async () => {
    const { call, chat } = await openChat();
    const offset = ((await call('getUpdates')) as Updates).result[0]!.update_id + 1;
    const polled = call('getUpdates', { offset, timeout: 30 });
    await chat.send('hai');
    expect(await polled).toMatchObject({ ok: true, result: [{ update_id: offset, message: { text: 'hai' } }] });
  });

  test('a second consumer ends the first with 409', async () => {
    const { call } = await openChat();
    const offset = ((await call('getUpdates')) as Updates).result[0]!.update_id + 1;
    let ended: unknown;
    const first = call('getUpdates', { offset, timeout: 30 }).then((answer) => {
      ended = answer;
    });
    // The two travel on connections of their own: the second asks until it came after the first.
    while (!ended) expect(await call('getUpdates', { offset, timeout: 0 })).toEqual({ ok: true, result: [] });
    await first;
    expect(ended).toEqual({
      ok: false,
      error_code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
  });

  test('setting a webhook ends a poll that is under way', async () => {
    const { call, client } = await openChat();
    const offset = ((await call('getUpdates')) as Updates).result[0]!.update_id + 1;
    const fault = await client.faults.add({ target: 'telegram', method: 'getUpdates', kind: 'hold_before' });
    const polled = call('getUpdates', { offset, timeout: 30 });
    await fault.waitHeld();
    await fault.release();
    const hook = await openReceiver();
    await call('setWebhook', { url: hook.url });
    expect(await polled).toMatchObject({
      error_code: 409,
      description: 'Conflict: terminated by setWebhook request',
    });
  });

  test('only the wanted kinds arrive', async () => {
    const { call, chat } = await openChat();
    await call('getUpdates', { offset: -1, allowed_updates: ['callback_query'] });
    await chat.send('tidak sampai');
    expect(((await call('getUpdates')) as Updates).result).toHaveLength(1);
    await call('getUpdates', { allowed_updates: [] });
    await chat.send('sampai');
    expect(((await call('getUpdates')) as Updates).result).toHaveLength(2);
  });

  test('blocking, unblocking, edits, files and contacts are updates', async () => {
    const { call, chat } = await openChat();
    const { messageId } = await chat.send('halo');
    await chat.edit(messageId, 'halo!');
    await chat.sendDocument({ bytes: 'a', caption: 'stok' });
    await chat.sendContact('628123456789');
    await chat.block();
    await chat.unblock();
    expect(((await call('getUpdates')) as Updates).result.slice(2)).toMatchObject([
      { edited_message: { text: 'halo!' } },
      { message: { document: { file_name: 'berkas.txt' }, caption: 'stok' } },
      { message: { contact: { phone_number: '628123456789' } } },
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
    ]);
  });

  test('a test may inject any update, twice and out of order', async () => {
    const { call, client, bot, budi } = await openChat();
    const { update_id: last } = ((await call('getUpdates')) as Updates).result[0]!;
    await call('getUpdates', { offset: last + 1 });
    const message = { message_id: 1, date: 0, chat: { id: budi.id, type: 'private' }, text: 'x' };
    for (const update_id of [last + 9, last - 5, last + 9]) await client.injectUpdate(bot, { update_id, message });
    const { result } = (await call('getUpdates', { offset: last + 1 })) as Updates;
    expect(result.map((update) => update.update_id)).toEqual([last + 9, last - 5, last + 9]);
    expect(await call('getUpdates', { offset: last + 1 })).toMatchObject({ result: [] });
  });
});

describe('callback queries', () => {
  const markup = {
    inline_keyboard: [
      [{ text: '💠 QRIS', callback_data: 'pay:qris' }],
      [{ text: 'Buka', url: 'https://lapak.id/' }],
      [{ text: 'Salin', copy_text: { text: 'INV1' } }],
    ],
  };

  test('a tap carries data and message, and takes one answer', async () => {
    const { call, chat, message, refusal } = await openChat();
    await call('getUpdates', { offset: -1 });
    const sent = await message('sendMessage', { text: 'Bayar?', reply_markup: markup });
    const tapped = await chat.tap('💠 QRIS');
    const { result } = (await call('getUpdates')) as Updates;
    expect(result.at(-1)).toMatchObject({ callback_query: { data: 'pay:qris', message: sent } });
    const id = (result.at(-1) as unknown as { callback_query: { id: string } }).callback_query.id;
    expect(tapped).toMatchObject({ kind: 'callback', queryId: id, messageId: sent.message_id });
    await call('answerCallbackQuery', { callback_query_id: id, text: 'Sip', show_alert: true });
    expect(await chat.waitForToast('Sip')).toMatchObject({ text: 'Sip', alert: true });
    for (const callback_query_id of [id, '1']) {
      expect(await refusal('answerCallbackQuery', { callback_query_id })).toBe(
        'Bad Request: query is too old and response timeout expired or query ID is invalid',
      );
    }
  });

  test('a query that is too old takes no answer', async () => {
    const clock = standingClock();
    const { chat, message, refusal, call } = await openChat({ clock });
    await message('sendMessage', { text: 'Bayar?', reply_markup: markup });
    const tap = async () => {
      const tapped = await chat.tap('💠 QRIS');
      return { callback_query_id: tapped.kind === 'callback' ? tapped.queryId : '' };
    };
    const [soon, late] = [await tap(), await tap()];
    clock.advance(60_000);
    expect(await call('answerCallbackQuery', soon)).toEqual({ ok: true, result: true });
    clock.advance(1);
    expect(await refusal('answerCallbackQuery', late)).toBe(
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
  });

  test('other buttons do what a phone would do, and missing ones are named', async () => {
    const { chat, message } = await openChat();
    const { message_id } = await message('sendMessage', { text: 'Bayar?', reply_markup: markup });
    expect(await chat.tap('Buka')).toMatchObject({ kind: 'url', url: 'https://lapak.id/' });
    expect(await chat.tap('Salin')).toMatchObject({ kind: 'copy', text: 'INV1' });
    await expect(chat.tap('QRIS')).rejects.toThrow(
      'no message has a button "QRIS"; buttons are: 💠 QRIS | Buka | Salin',
    );
    await message('editMessageText', { message_id, text: 'Lunas' });
    await expect(chat.tapData('pay:qris')).rejects.toThrow('no message has a button');
    expect(await chat.tapData('pay:qris', { messageId: message_id, force: true })).toMatchObject({ kind: 'callback' });
  });
});

describe('what nobody fetches', () => {
  test('a tap and a pre-checkout query are gone after 150 seconds, a message after a day', async () => {
    const clock = standingClock();
    const { call, chat, message, client, bot, budi } = await openChat({ clock });
    await message('sendMessage', {
      text: 'Bayar?',
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'y' }]] },
    });
    await chat.tap('Ya');
    const { result } = (await call('getUpdates')) as Updates;
    const update_id = result.at(-1)!.update_id + 1;
    await client.injectUpdate(bot, { update_id, pre_checkout_query: { id: '1', from: { id: budi.id } } });
    const kinds = async () =>
      ((await call('getUpdates')) as Updates).result.map((update) => Object.keys(update).at(-1));
    clock.advance(149_999);
    expect(await kinds()).toEqual(['message', 'callback_query', 'pre_checkout_query']);
    clock.advance(1);
    expect(await kinds()).toEqual(['message']);
    clock.advance(24 * 3600_000 - 150_001);
    expect(await kinds()).toEqual(['message']);
    clock.advance(1);
    expect(await kinds()).toEqual([]);
  });

  test('a late message lets the tap behind it pass, and the next message wait', async () => {
    const { call, chat, message, client, budi } = await openChat();
    await message('sendMessage', {
      text: 'Bayar?',
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'y' }]] },
    });
    await call('getUpdates', { offset: -1 });
    const late = await chat.late('message');
    await chat.send('satu');
    await late.waitHeld();
    await chat.tap('Ya');
    await chat.send('dua');
    const siti = (await client.createUser({ firstName: 'Siti' })).chatWith({ id: chat.botId });
    await siti.send('orang lain');
    expect(((await call('getUpdates', { offset: -2 })) as Updates).result).toMatchObject([
      { callback_query: { data: 'y', from: { id: budi.id } } },
      { message: { text: 'orang lain' } },
    ]);
    expect(await late.release()).toBe(1);
    const arrived = (await call('getUpdates')) as Updates;
    expect(arrived.result.slice(2)).toMatchObject([{ message: { text: 'satu' } }, { message: { text: 'dua' } }]);
    const ids = arrived.result.map((update) => update.update_id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });
});

test('the documented rates are kept when asked for', async () => {
  const { call, client, budi, bot } = await openChat();
  await client.configure({ telegramRates: 'strict' });
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await call('sendMessage', { text: `${i}` }));
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, false]);
  expect(answers[3]).toEqual({
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
  });
  await client.configure({ telegramRates: { perChatPerSecond: 1000, perChatBurst: 1000, overallPerSecond: 2 } });
  const more = [];
  for (let i = 0; i < 3; i++) more.push((await call('sendMessage', { text: `${i}` })).ok);
  expect(more).toEqual([true, true, false]);
  expect(await client.calls({ botId: bot.id, chatId: budi.id, method: 'sendMessage' })).toHaveLength(7);
});

test('edits count among the messages of a second, in no chat', async () => {
  const { message, call, client } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'x' });
  const edit = (text: string) => call('editMessageText', { message_id, text });
  await client.configure({ telegramRates: { perChatPerSecond: 0.001, perChatBurst: 1, overallPerSecond: 1000 } });
  for (const text of ['1', '2', '3']) expect(await edit(text)).toMatchObject({ ok: true });
  await client.configure({ telegramRates: { perChatPerSecond: 1000, perChatBurst: 1000, overallPerSecond: 0.001 } });
  expect(await edit('4')).toMatchObject({ ok: true });
  expect(await edit('5')).toMatchObject({ error_code: 429, parameters: { retry_after: expect.any(Number) } });
  expect(await call('sendMessage', { text: 'juga tidak' })).toMatchObject({ error_code: 429 });
});
