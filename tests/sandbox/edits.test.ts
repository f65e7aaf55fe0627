import { describe, expect, test } from 'vitest';
import type { Message } from '../../sandbox/telegram/types.ts';
import { openChat, png } from './harness.ts';

const button = (data: string) => ({ inline_keyboard: [[{ text: data, callback_data: data }]] });

/** Sends files as a bot would: multipart. */
async function upload(url: string, token: string, method: string, fields: Record<string, string | Blob>) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(key, value);
    else form.set(key, value, key === 'photo' ? 'qr.png' : 'berkas.txt');
  }
  const response = await fetch(`${url}/bot${token}/${method}`, { method: 'POST', body: form });
  return (await response.json()) as {
    ok: boolean;
    description: string;
    result: Message & { document: { file_id: string } };
  };
}

test('an edit keeps the id, changes the text and drops buttons that it does not repeat', async () => {
  const { message, chat } = await openChat();
  const sent = await message('sendMessage', { text: 'lama', reply_markup: button('a') });
  const edited = await message('editMessageText', { message_id: sent.message_id, text: 'baru' });
  expect(edited).toMatchObject({ message_id: sent.message_id, text: 'baru', date: sent.date });
  expect(edited.edit_date).toBeGreaterThan(0);
  expect(await chat.last()).toMatchObject({ id: sent.message_id, text: 'baru', buttons: [], edited: true });
});

test('an edit to the same content and buttons is refused', async () => {
  const { message, refusal } = await openChat();
  const { message_id } = await message('sendMessage', {
    text: '<b>x</b>',
    parse_mode: 'HTML',
    reply_markup: button('a'),
  });
  const same = { message_id, text: '<strong>x</strong>', parse_mode: 'HTML', reply_markup: button('a') };
  const complaint =
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
  expect(await refusal('editMessageText', same)).toBe(complaint);
  expect(await refusal('editMessageReplyMarkup', { message_id, reply_markup: button('a') })).toBe(complaint);
  await message('editMessageText', { ...same, reply_markup: button('b') });
  await message('editMessageText', same);
  expect(await refusal('editMessageText', same)).toBe(complaint);
});

test('only messages of the bot that are there and carry no reply keyboard can be edited', async () => {
  const { message, refusal, chat } = await openChat();
  const { messageId } = await chat.send('punya Budi');
  expect(await refusal('editMessageText', { message_id: messageId, text: 'x' })).toBe(
    "Bad Request: message can't be edited",
  );
  expect(await refusal('editMessageText', { message_id: 999, text: 'x' })).toBe(
    'Bad Request: message to edit not found',
  );
  const menu = await message('sendMessage', { text: 'x', reply_markup: { keyboard: [['a']] } });
  expect(await refusal('editMessageText', { message_id: menu.message_id, text: 'y' })).toBe(
    "Bad Request: message can't be edited",
  );
  const plain = await message('sendMessage', { text: 'x' });
  const keyboard = { message_id: plain.message_id, text: 'y', reply_markup: { keyboard: [['a']] } };
  expect(await refusal('editMessageText', keyboard)).toBe('Bad Request: inline keyboard expected');
});

test('a deleted message is gone for good', async () => {
  const { message, refusal, chat, call } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'x' });
  expect(await call('deleteMessage', { message_id })).toEqual({ ok: true, result: true });
  expect((await chat.messages()).map((one) => one.id)).not.toContain(message_id);
  expect(await refusal('deleteMessage', { message_id })).toBe('Bad Request: message to delete not found');
  expect(await refusal('editMessageText', { message_id, text: 'y' })).toBe('Bad Request: message to edit not found');
  expect(await call('deleteMessages', { message_ids: [message_id, 999] })).toMatchObject({ ok: true });
  await chat.waitForDeleted(message_id, { since: 0 });
});

describe('a message that is gone', () => {
  const GONE = 999;

  test('is told in the words that are asked for', async () => {
    const { client, refusal } = await openChat();
    const told = async () => [
      await refusal('editMessageText', { message_id: GONE, text: 'y' }),
      await refusal('editMessageMedia', { message_id: GONE, media: { type: 'photo', media: 'x' } }),
      await refusal('deleteMessage', { message_id: GONE }),
    ];
    expect(await told()).toEqual([
      'Bad Request: message to edit not found',
      'Bad Request: message to edit not found',
      'Bad Request: message to delete not found',
    ]);
    await client.configure({ goneWording: 'MESSAGE_ID_INVALID' });
    expect(await told()).toEqual([
      'Bad Request: MESSAGE_ID_INVALID',
      'Bad Request: MESSAGE_ID_INVALID',
      'Bad Request: message to delete not found',
    ]);
    await client.configure({ goneWording: 'cannot' });
    expect(await told()).toEqual([
      "Bad Request: message can't be edited",
      "Bad Request: message media can't be edited",
      "Bad Request: message can't be deleted",
    ]);
  });

  test('is told in any words, the same for the same seed', async () => {
    const { client, refusal } = await openChat();
    const drawn = async (seed: number) => {
      await client.configure({ goneWording: { seed } });
      const words = [];
      for (let i = 0; i < 20; i++) words.push(await refusal('editMessageText', { message_id: GONE, text: 'y' }));
      return words;
    };
    const first = await drawn(2026);
    expect(await drawn(2026)).toEqual(first);
    expect(new Set(first).size).toBe(3);
    expect(await drawn(2027)).not.toEqual(first);
  });
});

test('a message older than 48 hours cannot be deleted', async () => {
  let now = new Date('2026-05-01T00:00:00Z');
  const { message, refusal } = await openChat({ clock: { now: () => now } });
  const { message_id } = await message('sendMessage', { text: 'x' });
  now = new Date('2026-05-03T00:00:01Z');
  expect(await refusal('deleteMessage', { message_id })).toBe("Bad Request: message can't be deleted for everyone");
});

test('a text becomes a photo or a document in place, and cannot become a text again', async () => {
  const { message, refusal, chat, bot, budi, url } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'Sedang memuat…', reply_markup: button('a') });
  const media = { type: 'photo', media: 'attach://photo', caption: '<b>Tagihan</b>', parse_mode: 'HTML' };
  const fields = { chat_id: String(budi.id), message_id: String(message_id), media: JSON.stringify(media) };
  const answer = await upload(url, bot.token, 'editMessageMedia', { ...fields, photo: new Blob([png()]) });
  expect(answer).toMatchObject({
    ok: true,
    result: { message_id, caption: 'Tagihan', caption_entities: [{ type: 'bold' }], photo: [{ width: 64 }] },
  });
  expect(answer.result.text).toBeUndefined();
  expect(await chat.last()).toMatchObject({ id: message_id, kind: 'photo', text: 'Tagihan', buttons: [] });
  expect(await refusal('editMessageText', { message_id, text: 'x' })).toBe(
    'Bad Request: there is no text in the message to edit',
  );
  const caption = { message_id, caption: 'x'.repeat(1025) };
  expect(await refusal('editMessageCaption', caption)).toBe('Bad Request: message caption is too long');
  await message('editMessageCaption', { message_id, caption: 'Lunas' });

  const file = { type: 'document', media: 'attach://document' };
  const changed = await upload(url, bot.token, 'editMessageMedia', {
    ...fields,
    media: JSON.stringify(file),
    document: new Blob(['isi']),
  });
  expect(changed).toMatchObject({
    ok: true,
    result: { message_id, document: { file_name: 'berkas.txt', file_size: 3 } },
  });
  expect(String(await chat.download((await chat.last())!))).toBe('isi');
});

test('a caption of a text message cannot be edited', async () => {
  const { message, refusal } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'x' });
  expect(await refusal('editMessageCaption', { message_id, caption: 'y' })).toBe(
    'Bad Request: there is no caption in the message to edit',
  );
});

test('files are uploaded, described, fetched, and sent again by their id', async () => {
  const { bot, budi, chat, url, call, message } = await openChat();
  const sent = await upload(url, bot.token, 'sendDocument', {
    chat_id: String(budi.id),
    document: new Blob(['akun1\nakun2'], { type: 'text/plain' }),
    caption: 'Pesananmu',
  });
  const { file_id } = sent.result.document;
  const got = await call('getFile', { file_id });
  expect(got).toMatchObject({ ok: true, result: { file_id, file_size: 11 } });
  const path = (got as { result: { file_path: string } }).result.file_path;
  const bytes = await fetch(`${url}/file/bot${bot.token}/${path}`);
  expect(await bytes.text()).toBe('akun1\nakun2');
  expect((await fetch(`${url}/file/bot${bot.token}/documents/none`)).status).toBe(404);
  const again = await message('sendDocument', { document: file_id });
  expect(again.document?.file_id).toBe(file_id);
  expect((await chat.last())?.file).toMatchObject({ name: 'berkas.txt', size: 11 });
});

test('a file id means nothing to another bot, nor as another kind of file', async () => {
  const { chat, client, budi, call, refusal, stageCall } = await withCall();
  const { messageId } = await chat.sendPhoto({ bytes: png() });
  const photo = (await chat.messages()).find((one) => one.id === messageId)!.file!.id;
  expect(await refusal('sendDocument', { document: photo })).toBe(
    "Bad Request: can't use file of type Photo as Document",
  );
  expect(await call('sendPhoto', { photo })).toMatchObject({ ok: true });
  const other = await client.createBot();
  await budi.chatWith(other).send('/start');
  expect(await stageCall(other.token, 'sendPhoto', { chat_id: budi.id, photo })).toMatchObject({
    description: 'Bad Request: wrong file identifier/HTTP URL specified',
  });
});

async function withCall() {
  const { call: own, ...harness } = await openChat();
  const stageCall = async (token: string, method: string, params: object) =>
    (await fetch(`${harness.url}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    }).then((response) => response.json())) as object;
  return { ...harness, call: own, stageCall };
}

test('a photo must be an image of at most 10 MB and a possible shape', async () => {
  const { bot, budi, url } = await openChat();
  const send = async (bytes: Buffer) => {
    const fields = { chat_id: String(budi.id), photo: new Blob([new Uint8Array(bytes)]) };
    return (await upload(url, bot.token, 'sendPhoto', fields)).description;
  };
  expect(await send(Buffer.from('teks'))).toBe('Bad Request: IMAGE_PROCESS_FAILED');
  expect(await send(png(9000, 1001))).toBe('Bad Request: PHOTO_INVALID_DIMENSIONS');
  expect(await send(png(64, 64, 10 * 1024 * 1024 + 1))).toContain('is too big for a photo');
  expect(await send(Buffer.alloc(0))).toBe('Bad Request: file must be non-empty');
});

test('a document may be 50 MB, but above 20 MB nobody can fetch it', async () => {
  const { bot, budi, url, refusal } = await openChat();
  const send = (bytes: number) =>
    upload(url, bot.token, 'sendDocument', { chat_id: String(budi.id), document: new Blob([new Uint8Array(bytes)]) });
  const sent = await send(20 * 1024 * 1024 + 1);
  expect(await refusal('getFile', { file_id: sent.result.document.file_id })).toBe('Bad Request: file is too big');
  expect(await send(50 * 1024 * 1024 + 1)).toMatchObject({ error_code: 413, description: 'Request Entity Too Large' });
});

test('an album has 2 to 10 files of one kind', async () => {
  const { chat, message, refusal, call } = await openChat();
  await chat.sendPhoto({ bytes: png() });
  await chat.sendDocument({ bytes: 'x' });
  const [photo, document] = (await chat.messages()).slice(-2).map((one) => one.file!.id);
  const photos = (count: number) => ({ media: Array.from({ length: count }, () => ({ type: 'photo', media: photo })) });
  expect(await refusal('sendMediaGroup', photos(1))).toContain('too few');
  expect(await refusal('sendMediaGroup', photos(11))).toContain('too many');
  const mixed = { media: [...photos(1).media, { type: 'document', media: document }] };
  expect(await refusal('sendMediaGroup', mixed)).toContain("can't be mixed");
  expect(await call('sendMediaGroup', photos(2))).toMatchObject({
    ok: true,
    result: [{ photo: [{}] }, { photo: [{}] }],
  });
  const [a, b] = (await chat.messages()).slice(-2);
  expect(a!.albumId).toBe(b!.albumId);
  await message('sendMessage', { text: 'x' });
});

test('messages are copied without their buttons and forwarded with their origin', async () => {
  const { message, budi, call, refusal } = await openChat();
  const { message_id } = await message('sendMessage', { text: 'x', reply_markup: button('a') });
  const from = { from_chat_id: budi.id, message_id };
  const copied = await call('copyMessage', from);
  expect(Object.keys((copied as { result: object }).result)).toEqual(['message_id']);
  const forwarded = await message('forwardMessage', from);
  expect(forwarded).toMatchObject({ text: 'x', forward_origin: { type: 'user' } });
  expect(forwarded.reply_markup).toBeUndefined();
  expect(await refusal('copyMessage', { from_chat_id: budi.id, message_id: 999 })).toBe(
    'Bad Request: message to copy not found',
  );
});

test('commands, descriptions and the menu button are kept and checked', async () => {
  const { call, refusal } = await openChat();
  const commands = [{ command: 'start', description: 'Mulai' }];
  expect(await call('setMyCommands', { commands })).toMatchObject({ ok: true });
  expect(await call('getMyCommands')).toMatchObject({ result: commands });
  expect(await refusal('setMyCommands', { commands: [{ command: 'Cari Barang', description: 'x' }] })).toBe(
    'Bad Request: BOT_COMMAND_INVALID',
  );
  for (const [scope, reason] of [
    [{ type: 'chat', chat_id: 424242 }, 'chat not found'],
    [{ type: 'sellers' }, "can't parse BotCommandScope: Unsupported type specified"],
  ]) {
    expect(await refusal('setMyCommands', { commands, scope })).toBe(`Bad Request: ${reason}`);
  }
  await call('deleteMyCommands');
  expect(await call('getMyCommands')).toMatchObject({ result: [] });
  expect(await refusal('setMyShortDescription', { short_description: 'x'.repeat(121) })).toContain('too long');
  expect(await call('setChatMenuButton', { menu_button: { type: 'commands' } })).toMatchObject({ ok: true });
  expect(await call('sendChatAction', { action: 'typing' })).toMatchObject({ ok: true });
  expect(await refusal('sendChatAction', { action: 'dancing' })).toContain('wrong parameter action');
  expect(await call('getChat')).toMatchObject({ result: { type: 'private', first_name: 'Budi <&>' } });
});
