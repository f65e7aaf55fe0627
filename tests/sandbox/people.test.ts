import { describe, expect, test } from 'vitest';
import type { Message, Update } from '../../sandbox/telegram/types.ts';
import { openChat, png } from './harness.ts';

type Updates = { ok: true; result: (Update & { message: Message })[] };

describe('people whom a bot cannot write to', () => {
  test.each([
    ['deactivated', 403, 'Forbidden: user is deactivated'],
    ['never_started', 403, "Forbidden: bot can't initiate conversation with a user"],
    ['peer_id_invalid', 400, 'Bad Request: PEER_ID_INVALID'],
    ['unknown', 400, 'Bad Request: chat not found'],
  ] as const)('%s', async (refusal, error_code, description) => {
    const { chat, call, message } = await openChat();
    const { message_id } = await message('sendMessage', { text: 'dulu' });
    await chat.refuse(refusal);
    const refused = { ok: false, error_code, description };
    expect(await call('sendMessage', { text: 'x' })).toEqual(refused);
    expect(await call('editMessageText', { message_id, text: 'y' })).toEqual(refused);
    expect(await call('deleteMessage', { message_id })).toEqual(refused);
    await chat.refuse(null);
    expect(await call('editMessageText', { message_id, text: 'y' })).toMatchObject({ ok: true });
  });

  test('someone whom the bot has met elsewhere, until they press start', async () => {
    const { client, bot, call } = await openChat();
    const siti = await client.createUser({ firstName: 'Siti' });
    const chat = siti.chatWith(bot);
    await chat.refuse('never_started');
    expect(await call('sendMessage', { chat_id: siti.id, text: 'x' })).toMatchObject({ error_code: 403 });
    await chat.send('/start');
    expect(await call('sendMessage', { chat_id: siti.id, text: 'x' })).toMatchObject({ ok: true });
  });

  test('whose account is deleted: they do nothing any more either', async () => {
    const { chat, client, bot, call } = await openChat();
    await chat.refuse('deactivated');
    await expect(chat.send('hai')).rejects.toThrow('has no account any more');
    await client.createCrowd(bot, [11, 12, 13], [12], [13]);
    const answers = await Promise.all([11, 12, 13].map((chat_id) => call('sendMessage', { chat_id, text: 'x' })));
    expect(answers.map((answer) => (answer.ok ? 'sent' : answer.description))).toEqual([
      'sent',
      'Forbidden: bot was blocked by the user',
      'Forbidden: user is deactivated',
    ]);
  });
});

describe('what people send', () => {
  test('an album is as many messages of one group', async () => {
    const { chat, call } = await openChat();
    await call('getUpdates', { offset: -1 });
    const { messageIds } = await chat.sendAlbum([
      { bytes: png(), caption: 'bukti' },
      { bytes: 'film', kind: 'video' },
      { bytes: png() },
    ]);
    const { result } = (await call('getUpdates')) as Updates;
    const messages = result.slice(1).map((update) => update.message);
    expect(messages.map((message) => message.message_id)).toEqual(messageIds);
    expect(messages).toMatchObject([{ photo: [{}], caption: 'bukti' }, { video: { duration: 1 } }, { photo: [{}] }]);
    expect(new Set(messages.map((message) => message.media_group_id)).size).toBe(1);
    expect(messages[0]?.media_group_id).toMatch(/^\d+$/);
    await expect(chat.sendAlbum([{ bytes: png() }])).rejects.toThrow('2 to 10');
    await expect(chat.sendAlbum([{ bytes: png() }, { bytes: 'a', kind: 'document' }])).rejects.toThrow('or documents');
  });

  test('a picture as a file is a document with a thumbnail', async () => {
    const { chat, call } = await openChat();
    await call('getUpdates', { offset: -1 });
    await chat.sendImageFile({ bytes: png(2000, 1000) });
    const { result } = (await call('getUpdates')) as Updates;
    expect(result.at(-1)?.message).toMatchObject({
      document: { mime_type: 'image/png', thumbnail: { width: 320, height: 160 } },
    });
    expect(result.at(-1)?.message.photo).toBeUndefined();
  });

  test('a video goes to the bot and comes from it', async () => {
    const { chat, message, refusal } = await openChat();
    await chat.sendVideo({ bytes: 'film', caption: 'bukti' });
    const video = (await chat.last())?.file?.id;
    const sent = await message('sendVideo', { video, caption: 'ini filmmu' });
    expect(sent.video).toMatchObject({ file_id: video, mime_type: 'video/mp4', file_size: 4 });
    expect(await chat.last()).toMatchObject({ kind: 'video', text: 'ini filmmu', file: { name: 'video.mp4' } });
    await message('editMessageCaption', { message_id: sent.message_id, caption: 'nah' });
    expect(await chat.last()).toMatchObject({ kind: 'video', text: 'nah' });
    expect(await refusal('sendPhoto', { photo: video })).toBe("Bad Request: can't use file of type Video as Photo");
  });
});

test('a photo comes in several sizes, and any of them stands for it', async () => {
  const { chat, call, message } = await openChat();
  await call('getUpdates', { offset: -1 });
  await chat.sendPhoto({ bytes: png(3000, 1500) });
  const { result } = (await call('getUpdates')) as Updates;
  const sizes = result.at(-1)!.message.photo!;
  expect(sizes.map(({ width, height }) => [width, height])).toEqual([
    [90, 45],
    [320, 160],
    [800, 400],
    [1280, 640],
    [3000, 1500],
  ]);
  expect(new Set(sizes.map((size) => size.file_id)).size).toBe(5);
  const [smallest] = sizes;
  expect(await call('getFile', { file_id: smallest!.file_id })).toMatchObject({
    result: { file_size: smallest!.file_size },
  });
  const sent = await message('sendPhoto', { photo: smallest!.file_id });
  expect(sent.photo).toEqual(sizes);
});

test('a malformed file id is told from one of another bot', async () => {
  const { refusal } = await openChat();
  const wrong = 'Bad Request: wrong remote file identifier specified: ';
  expect(await refusal('sendPhoto', { photo: 'bukan id' })).toBe(`${wrong}Wrong character in the string`);
  expect(await refusal('sendPhoto', { photo: 'AgACAgABC' })).toBe(`${wrong}Wrong padding length`);
  expect(await refusal('sendPhoto', { photo: 'AgACAgAB' })).toBe(`${wrong}can't unserialize it. Wrong last symbol`);
  expect(await refusal('sendDocument', { document: 'akun.txt' })).toContain('invalid file HTTP URL specified');
  expect(await refusal('getFile', { file_id: 'AgACAgAB' })).toBe('Bad Request: invalid file_id');
});

describe('channels', () => {
  test('a bot that may post does, under the name of the channel', async () => {
    const { client, bot, message, call } = await openChat();
    const channel = await client.createChannel(bot, { title: 'Testimoni', username: 'testimoni_warung' });
    const post = await message('sendMessage', { chat_id: channel.id, text: 'Terjual!' });
    expect(post).toMatchObject({
      chat: { id: channel.id, type: 'channel', title: 'Testimoni' },
      sender_chat: { id: channel.id },
    });
    expect(post.from).toBeUndefined();
    expect(channel.id).toBeLessThan(-1_000_000_000_000);
    await message('sendMessage', { chat_id: '@testimoni_warung', text: 'Lagi!' });
    await message('editMessageText', { chat_id: channel.id, message_id: post.message_id, text: 'Terjual 2!' });
    expect((await channel.messages()).map(({ name, text }) => [name, text])).toEqual([
      ['Testimoni', 'Terjual 2!'],
      ['Testimoni', 'Lagi!'],
    ]);
    expect(await call('getChatMember', { chat_id: channel.id, user_id: bot.id })).toMatchObject({
      result: { status: 'administrator', can_post_messages: true },
    });
  });

  test('others are told why not', async () => {
    const { client, bot, refusal } = await openChat();
    const channel = await client.createChannel(bot, { title: 'Testimoni' });
    const post = () => refusal('sendMessage', { chat_id: channel.id, text: 'x' });
    await channel.setRight('no_right');
    expect(await post()).toBe('Bad Request: need administrator rights in the channel chat');
    await channel.setRight('not_member');
    expect(await post()).toBe('Forbidden: bot is not a member of the channel chat');
    await channel.setRight('kicked');
    expect(await post()).toBe('Forbidden: bot was kicked from the channel chat');
    expect(await refusal('sendMessage', { chat_id: -1_001_234_567_890, text: 'x' })).toBe(
      'Bad Request: chat not found',
    );
    expect(await refusal('sendMessage', { chat_id: '@bukan_kanal', text: 'x' })).toBe('Bad Request: chat not found');
  });
});

test("a bot's name and descriptions are bounded, and not set at every turn", async () => {
  const { call, refusal, client, bot } = await openChat();
  expect(await call('getMyName')).toMatchObject({ result: { name: bot.name } });
  for (const [method, key, limit] of [
    ['setMyName', 'name', 64],
    ['setMyDescription', 'description', 512],
    ['setMyShortDescription', 'short_description', 120],
  ] as const) {
    await call(method, { [key]: 'x'.repeat(limit) });
    expect(await call(method.replace('set', 'get'))).toMatchObject({ result: { [key]: 'x'.repeat(limit) } });
    expect(await refusal(method, { [key]: 'x'.repeat(limit + 1) })).toContain('too long');
    for (let i = 0; i < 3; i++) await call(method, { [key]: 'x' });
    expect(await call(method, { [key]: 'y' })).toMatchObject({
      error_code: 429,
      parameters: { retry_after: expect.any(Number) },
    });
    expect(await call(method.replace('set', 'get'))).toMatchObject({ result: { [key]: 'x' } });
  }
  expect(await client.calls({ method: 'getMyName' })).toHaveLength(3);
});
