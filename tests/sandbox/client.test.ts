import { expect, test } from 'vitest';
import { renderTranscript } from '../../sandbox/client.ts';
import { openChat, openHarness, png } from './harness.ts';

test('a wait sees what comes after the last act, new or edited', async () => {
  const { chat, message } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'Memuat' });
  await chat.send('lagi');
  await expect(chat.waitFor('Memuat', { timeoutMs: 20 })).rejects.toThrow('in vain');
  const waiting = chat.waitFor(/^selesai$/i);
  await message('editMessageText', { message_id, text: 'SELESAI' });
  expect(await waiting).toMatchObject({ id: message_id, text: 'SELESAI' });
  await chat.mark();
  await expect(chat.waitFor('SELESAI', { timeoutMs: 20 })).rejects.toThrow('in vain');
  expect(await chat.waitFor('SELESAI', { since: 0 })).toMatchObject({ id: message_id });
});

test('a wait in vain shows the chat', async () => {
  const { chat, message } = await openChat();
  await message('sendMessage', { text: 'Halo <b>Budi</b>', parse_mode: 'HTML' });
  const failing = chat.waitFor(/Pembayaran Berhasil/, { timeoutMs: 20 });
  await expect(failing).rejects.toThrow(
    /like \/Pembayaran Berhasil\/, in vain[\s\S]*👤 Budi <&>\n {3}\/start[\s\S]*Halo Budi/,
  );
  const siti = await openChat();
  await expect(siti.chat.waitForToast('x', { timeoutMs: 10 })).rejects.toThrow('an answer to the tap');
});

test('a transcript reads like the chat', async () => {
  const { chat, message } = await openChat();
  await message('sendMessage', {
    text: 'Mau bayar\npakai apa?',
    reply_markup: {
      inline_keyboard: [
        [
          { text: '💠 QRIS', callback_data: 'a' },
          { text: '💼 Saldo', callback_data: 'b' },
        ],
        [{ text: 'Bantuan', url: 'https://lapak.id/' }],
      ],
    },
  });
  await chat.sendDocument({ bytes: 'abc', fileName: 'akun.txt', caption: 'ini' });
  await chat.sendPhoto({ bytes: png() });
  expect(renderTranscript(await chat.messages())).toBe(
    [
      '👤 Budi <&>',
      '   /start',
      '',
      '🤖 Toko',
      '   Mau bayar',
      '   pakai apa?',
      '   [ 💠 QRIS ] [ 💼 Saldo ]',
      '   [ Bantuan ]',
      '',
      '👤 Budi <&>',
      '   📄 akun.txt (3 byte)',
      '   ini',
      '',
      '👤 Budi <&>',
      '   🖼  foto (100 byte)',
    ].join('\n'),
  );
});

test('the history keeps what edits and deletions hid', async () => {
  const { chat, message, call } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'satu' });
  await message('editMessageText', { message_id, text: 'dua' });
  await call('deleteMessage', { message_id });
  expect((await chat.history()).map((event) => [event.kind, event.message?.text])).toEqual([
    ['user_sent', '/start'],
    ['sent', 'satu'],
    ['edited', 'dua'],
    ['deleted', undefined],
  ]);
});

test('calls are filtered, counted from a point on, and waited for', async () => {
  const { client, call, bot, budi, message } = await openChat();
  await message('sendMessage', { text: 'satu' });
  const since = await client.now();
  const waiting = client.waitForCalls({ botId: bot.id, method: 'sendMessage', since }, { count: 2 });
  await call('sendMessage', { text: '' });
  await message('sendMessage', { text: 'dua' });
  const [refused, sent] = await waiting;
  expect(refused).toMatchObject({ status: 400, chatId: budi.id, response: { ok: false } });
  expect(sent).toMatchObject({ status: 200, params: { text: 'dua' }, response: { ok: true, result: { text: 'dua' } } });
  await expect(client.waitForCalls({ method: 'sendPhoto' }, { timeoutMs: 10 })).rejects.toThrow('there are 0');
});

test('the control API lists itself, and complains in sentences', async () => {
  const { client, url, sandbox } = await openHarness();
  const index = (await (await fetch(`${url}/control`)).json()) as { path: string; summary: string }[];
  expect(index.length).toBeGreaterThan(25);
  expect(index.every((line) => line.summary !== '')).toBe(true);
  await expect(client.createBot({ token: 'pendek' })).rejects.toThrow('A bot token is');
  await expect(client.createUser({ id: -1 })).rejects.toThrow('id');
  await expect(client.pakasir.pay('hantu')).rejects.toThrow('There is no transaction "hantu"');
  const budi = (await client.createUser()).chatWith({ id: 1 });
  await expect(budi.send('x')).rejects.toThrow('There is no such bot');
  const bot = await client.createBot({ token: `12345:${'a'.repeat(35)}`, username: 'toko_bot' });
  expect(await client.createBot({ token: bot.token })).toEqual(bot);
  await client.reset();
  expect(sandbox.telegram.bots()).toEqual([]);
});

test('a long run forgets the oldest calls and messages', async () => {
  const { sandbox, chat, bot, budi } = await openChat();
  const { people } = sandbox.telegram;
  const [one, person] = [sandbox.telegram.bot(bot.id), sandbox.telegram.user(budi.id)];
  for (let i = 0; i < 20_500; i++) people.sendText(one, person, `${i}`);
  const messages = [...one.chats.get(person.id)!.messages.values()];
  expect(messages.length).toBeLessThanOrEqual(20_000);
  expect(messages.at(-1)?.message.text).toBe('20499');
  expect((await chat.history()).length).toBeLessThanOrEqual(4000);
});
