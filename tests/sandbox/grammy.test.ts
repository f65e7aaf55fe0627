import { Api, Bot, GrammyError, InlineKeyboard, InputFile } from 'grammy';
import { expect, test } from 'vitest';
import { closeLater, openChat, png } from './harness.ts';

test('a grammY bot polls, answers, edits and takes taps', async () => {
  const { bot: account, chat, url } = await openChat();
  const bot = new Bot(account.token, { client: { apiRoot: url } });
  bot.command('start', (ctx) =>
    ctx.reply(`Halo <b>${ctx.from?.first_name.split(' ')[0]}</b>`, {
      parse_mode: 'HTML',
      reply_markup: new InlineKeyboard().text('💠 QRIS', 'pay'),
    }),
  );
  bot.callbackQuery('pay', async (ctx) => {
    await ctx.answerCallbackQuery('Sebentar');
    await ctx.editMessageText('Lunas');
  });
  const running = bot.start({ drop_pending_updates: false });
  closeLater(async () => {
    await bot.stop();
    await running;
  });
  const welcome = await chat.waitFor('Halo');
  expect(welcome.raw.entities).toEqual([{ type: 'bold', offset: 5, length: 4 }]);
  await chat.tap('💠 QRIS');
  expect(await chat.waitForToast()).toMatchObject({ text: 'Sebentar' });
  expect(await chat.waitFor('Lunas')).toMatchObject({ id: welcome.id, buttons: [] });
});

test("grammY's Api uploads files, albums and media edits", async () => {
  const { bot, budi, chat, url } = await openChat();
  const api = new Api(bot.token, { apiRoot: url });
  const sent = await api.sendMessage(budi.id, 'Sedang memuat…');
  const photo = new InputFile(png(), 'qr.png');
  await api.editMessageMedia(budi.id, sent.message_id, { type: 'photo', media: photo, caption: 'QR' });
  expect(await chat.waitFor('QR')).toMatchObject({ id: sent.message_id, kind: 'photo', file: { size: 100 } });
  const document = await api.sendDocument(budi.id, new InputFile(Buffer.from('isi'), 'akun é.txt'), {
    caption: 'akun',
  });
  expect(document.document).toMatchObject({ file_name: 'akun é.txt', file_size: 3 });
  const album = await api.sendMediaGroup(budi.id, [
    { type: 'photo', media: new InputFile(png(), 'a.png') },
    { type: 'photo', media: new InputFile(png(), 'b.png') },
  ]);
  expect(album).toHaveLength(2);
  expect(await api.getFile(document.document.file_id)).toMatchObject({ file_size: 3 });
});

test('refusals arrive as GrammyError with their parameters', async () => {
  const { bot, budi, client, url } = await openChat();
  const api = new Api(bot.token, { apiRoot: url });
  const refused = await api.sendMessage(budi.id, 'a<br>b', { parse_mode: 'HTML' }).catch((error) => error);
  expect(refused).toBeInstanceOf(GrammyError);
  expect(refused).toMatchObject({ error_code: 400, method: 'sendMessage' });
  await client.faults.add({ target: 'telegram', kind: '429', retryAfter: 3 });
  const limited = await api.sendMessage(budi.id, 'x').catch((error) => error);
  expect(limited).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } });
});
