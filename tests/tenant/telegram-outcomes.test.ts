import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { InlineKeyboard, Keyboard } from 'grammy';
import { expect, onTestFinished, test } from 'vitest';
import { attempt, createApi } from '../../tenant-runtime/bot/telegram.ts';
import { freePort } from '../support/ports.ts';

test('a call to a Telegram that cannot be reached had no effect', async () => {
  const api = createApi('1:x', `http://127.0.0.1:${await freePort()}`);
  expect(await attempt(() => api.getMe())).toMatchObject({ kind: 'later', untaken: true });
});

test('no keyboard reaches Telegram with a row that is empty', async () => {
  const bodies: { reply_markup: unknown }[] = [];
  const server = createServer(async (request, response) => {
    bodies.push((await json(request)) as { reply_markup: unknown });
    response.end(JSON.stringify({ ok: true, result: {} }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const api = createApi('1:x', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const button = { text: 'Beli', callback_data: 'beli' };
  await api.sendMessage(1, 'a', { reply_markup: new InlineKeyboard().row().add(button).row().row() });
  await api.editMessageText(1, 1, 'b', { reply_markup: new InlineKeyboard().row() });
  await api.sendMessage(1, 'c', { reply_markup: new Keyboard().text('Menu').row().resized() });
  expect(bodies.map((body) => body.reply_markup)).toEqual([
    { inline_keyboard: [[button]] },
    { inline_keyboard: [] },
    { keyboard: [[{ text: 'Menu' }]], resize_keyboard: true },
  ]);
});
