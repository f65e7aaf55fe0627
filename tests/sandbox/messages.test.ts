import { describe, expect, test } from 'vitest';
import { openChat, openHarness } from './harness.ts';

describe('texts', () => {
  test('an empty text is refused, and so is one of white space or of tags only', async () => {
    const { refusal } = await openChat();
    for (const text of ['', '<b></b>', undefined]) {
      expect(await refusal('sendMessage', { text, parse_mode: 'HTML' })).toBe('Bad Request: message text is empty');
    }
    for (const text of [' \n ', '<b> </b>', '\u200b\u00a0', '\u202e\t']) {
      expect(await refusal('sendMessage', { text, parse_mode: 'HTML' })).toBe('Bad Request: text must be non-empty');
    }
  });

  test('the limit of 4096 counts UTF-16 units after parsing', async () => {
    const { refusal, message } = await openChat();
    expect((await message('sendMessage', { text: '😀'.repeat(2048) })).text).toHaveLength(4096);
    expect(await refusal('sendMessage', { text: `${'😀'.repeat(2048)}x` })).toBe('Bad Request: message is too long');
    const marked = `<b>${'&lt;'.repeat(4096)}</b>`;
    const sent = await message('sendMessage', { text: marked, parse_mode: 'HTML' });
    expect(sent.text).toBe('<'.repeat(4096));
    expect(sent.entities).toEqual([{ type: 'bold', offset: 0, length: 4096 }]);
  });

  test('markup is only read when the parse mode asks for it', async () => {
    const { message, refusal } = await openChat();
    expect((await message('sendMessage', { text: '<b>x</b>' })).text).toBe('<b>x</b>');
    expect(await refusal('sendMessage', { text: '*x*', parse_mode: 'MarkdownV2' })).toContain('unsupported parse_mode');
    expect(await refusal('sendMessage', { text: 'a<br>b', parse_mode: 'HTML' })).toBe(
      'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 1',
    );
  });

  test('white space at the ends goes, and the entities move along', async () => {
    const { message } = await openChat();
    const sent = await message('sendMessage', { text: '\n x<b>y \n</b>\n', parse_mode: 'HTML' });
    expect(sent).toMatchObject({ text: 'xy', entities: [{ type: 'bold', offset: 1, length: 1 }] });
  });

  test('the raw text may take 32,768 bytes', async () => {
    const { refusal, message } = await openChat();
    const tags = (count: number) => `x${'<b></b>'.repeat(count)}`;
    await message('sendMessage', { text: tags(4681), parse_mode: 'HTML' });
    expect(await refusal('sendMessage', { text: tags(4682), parse_mode: 'HTML' })).toBe(
      'Bad Request: text is too long',
    );
  });

  test('characters that Telegram strips are gone, and the entities move along', async () => {
    const { message } = await openChat();
    const text = 'a\tb\u2028\u202e\u0333\u033f\u030a\r<b>c\u202ad</b>&#8238;e';
    const sent = await message('sendMessage', { text, parse_mode: 'HTML' });
    expect(sent).toMatchObject({ text: 'a bcde', entities: [{ type: 'bold', offset: 3, length: 2 }] });
  });

  test('a file keeps its characters', async () => {
    const { chat } = await openChat();
    const bytes = 'a\tb\u202ec';
    await chat.sendDocument({ bytes });
    expect(String(await chat.download((await chat.last())!))).toBe(bytes);
  });

  test('100 entities count, those after them are plain text', async () => {
    const { message } = await openChat();
    const text = Array.from({ length: 130 }, (_, i) => `<code>${i}</code>`).join(' ');
    const sent = await message('sendMessage', { text, parse_mode: 'HTML' });
    expect(sent.entities).toHaveLength(100);
    expect(sent.text).toMatch(/ 99 100 .* 129$/);
  });

  test('entities that weigh too much are refused', async () => {
    const { message, refusal } = await openChat();
    const links = (length: number) => {
      const url = `https://lapak.id/${'x'.repeat(length - 17)}`;
      return { text: `<a href="${url}">x</a> `.repeat(100), parse_mode: 'HTML' };
    };
    // 12 bytes and a string of 83, which takes 84: 9600 in all. Of 79, 9200.
    await message('sendMessage', links(79));
    expect(await refusal('sendMessage', links(83))).toBe('Bad Request: ENTITIES_TOO_LONG');
  });

  test('half a surrogate pair is refused', async () => {
    const { refusal } = await openChat();
    expect(await refusal('sendMessage', { text: 'x\ud83d' })).toBe('Bad Request: strings must be encoded in UTF-8');
  });
});

describe('who can be written to', () => {
  test('nobody who never wrote to the bot', async () => {
    const { client, call } = await openChat();
    const siti = await client.createUser({ firstName: 'Siti' });
    expect(await call('sendMessage', { chat_id: siti.id, text: 'x' })).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: chat not found',
    });
    expect(await call('sendMessage', { chat_id: '', text: 'x' })).toMatchObject({
      description: 'Bad Request: chat_id is empty',
    });
  });

  test('nobody who blocked the bot, until they unblock it', async () => {
    const { chat, call, message } = await openChat();
    await chat.block();
    expect(await call('sendMessage', { text: 'x' })).toEqual({
      ok: false,
      error_code: 403,
      description: 'Forbidden: bot was blocked by the user',
    });
    await expect(chat.send('hai')).rejects.toThrow('has blocked the bot');
    await chat.unblock();
    expect((await message('sendMessage', { text: 'x' })).text).toBe('x');
  });

  test('a wrong token is 401 and an unknown method 404', async () => {
    const { call, url } = await openHarness();
    const { client, ...harness } = await openHarness();
    const bot = await client.createBot();
    expect(await call('1:nobody', 'getMe')).toMatchObject({ ok: false, error_code: 401, description: 'Unauthorized' });
    expect(await harness.call(bot.token, 'sendTelepathy')).toEqual({
      ok: false,
      error_code: 404,
      description: 'Not Found',
    });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  test('methods are found in any case, with parameters from a query or a form', async () => {
    const { url, bot, budi } = await openChat();
    const got = await fetch(`${url}/bot${bot.token}/GETME?x=1`);
    expect(await got.json()).toMatchObject({ ok: true, result: { id: bot.id, is_bot: true } });
    const markup = JSON.stringify({ inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] });
    const form = new URLSearchParams({ chat_id: String(budi.id), text: 'x & y', reply_markup: markup });
    const posted = await fetch(`${url}/bot${bot.token}/sendMessage`, { method: 'POST', body: form });
    expect(await posted.json()).toMatchObject({ ok: true, result: { text: 'x & y', chat: { id: budi.id } } });
  });
});

describe('keyboards', () => {
  const keyboard = (button: object) => ({ text: 'x', reply_markup: { inline_keyboard: [[button]] } });

  test('callback data is 1 to 64 bytes', async () => {
    const { message, refusal } = await openChat();
    await message('sendMessage', keyboard({ text: 'a', callback_data: 'é'.repeat(32) }));
    for (const data of ['', 'x'.repeat(65), 'é'.repeat(33)]) {
      const refused = await refusal('sendMessage', keyboard({ text: 'a', callback_data: data }));
      expect(refused).toBe('Bad Request: BUTTON_DATA_INVALID');
    }
  });

  test('a button does exactly one thing', async () => {
    const { refusal } = await openChat();
    expect(await refusal('sendMessage', keyboard({ text: 'a' }))).toContain('Text buttons are unallowed');
    const two = keyboard({ text: 'a', callback_data: 'b', url: 'https://lapak.id' });
    expect(await refusal('sendMessage', two)).toContain('exactly one action');
    expect(await refusal('sendMessage', keyboard({ callback_data: 'b' }))).toContain('Field "text"');
  });

  test('a button copies 1 to 256 characters', async () => {
    const { message, refusal } = await openChat();
    const copying = (text: unknown) => keyboard({ text: 'Salin', copy_text: { text } });
    await message('sendMessage', copying('😀'.repeat(256)));
    for (const text of ['', 'x'.repeat(257)]) {
      expect(await refusal('sendMessage', copying(text))).toBe('Bad Request: BUTTON_COPY_TEXT_INVALID');
    }
    expect(await refusal('sendMessage', copying(5))).toContain('Field "text" must be of type String');
    expect(await refusal('sendMessage', keyboard({ text: 'a', copy_text: 'x' }))).toContain('must be of type Object');
  });

  test('a button has one of three styles, which the person sees', async () => {
    const { message, refusal, chat } = await openChat();
    for (const style of ['danger', 'success', 'primary']) {
      await message('sendMessage', keyboard({ text: 'a', callback_data: 'b', style }));
      expect((await chat.last())?.buttons).toEqual([[{ label: 'a', data: 'b', style }]]);
    }
    expect(await refusal('sendMessage', keyboard({ text: 'a', callback_data: 'b', style: 'merah' }))).toBe(
      "Bad Request: can't parse inline keyboard button: invalid button style specified",
    );
    const menu = { text: 'x', reply_markup: { keyboard: [[{ text: 'a', style: 'merah' }]] } };
    expect(await refusal('sendMessage', menu)).toContain('invalid button style specified');
  });

  test('the address of a button needs a host with a dot', async () => {
    const { message, refusal } = await openChat();
    await message('sendMessage', keyboard({ text: 'a', url: 'http://127.0.0.1:7780/pakasir/pay-v2/x1?redirect=1' }));
    await message('sendMessage', keyboard({ text: 'a', url: 'tg://user?id=1' }));
    for (const url of ['http://localhost:80/', 'ftp://lapak.id', 'not an address', 'https://']) {
      expect(await refusal('sendMessage', keyboard({ text: 'a', url }))).toBe(
        `Bad Request: inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`,
      );
    }
  });

  test('a keyboard has at most 100 buttons', async () => {
    const { message, refusal } = await openChat();
    const rows = (count: number) => ({
      text: 'x',
      reply_markup: {
        inline_keyboard: Array.from({ length: count }, (_, i) => [{ text: `${i}`, callback_data: `${i}` }]),
      },
    });
    await message('sendMessage', rows(100));
    expect(await refusal('sendMessage', rows(101))).toBe('Bad Request: reply markup is too long');
  });

  test('a reply keyboard is pressed by its label, and the bot gets the text', async () => {
    const { message, chat, call } = await openChat();
    await message('sendMessage', { text: 'x', reply_markup: { keyboard: [['💰 Deposit'], [{ text: 'ℹ️' }]] } });
    await chat.press('💰 Deposit');
    const updates = await call('getUpdates');
    expect(updates).toMatchObject({ result: [{}, { message: { text: '💰 Deposit' } }] });
    await expect(chat.press('🛍')).rejects.toThrow('the reply keyboard has no button "🛍"; it has: 💰 Deposit | ℹ️');
    await message('sendMessage', { text: 'x', reply_markup: { remove_keyboard: true } });
    await expect(chat.press('💰 Deposit')).rejects.toThrow('no button');
  });
});
