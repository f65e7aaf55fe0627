import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKey, Session } from '../../../control-plane/api/contract/index.ts';
import type { ChatClient } from '../../../sandbox/client.ts';
import { createBrowser, type Page } from '../support/browser.ts';
import { greet, type OwnersPlane, startOwners } from '../support/owners.ts';

const PAGE: Page = { host: 'console.example.com', 'sec-fetch-site': 'same-origin' };

let owners: OwnersPlane;
let bos: ChatClient;
let mitra: ChatClient;
beforeAll(async () => {
  owners = await startOwners(['Bos', 'Mitra'], { env: { LAPAK_CONSOLE_URL: 'https://console.example.com' } });
  [bos, mitra] = owners.owners as [ChatClient, ChatClient];
  await greet(owners.owners);
});
afterAll(() => owners.close());

/** The ticket of the link behind the button. */
async function askFor(chat: ChatClient): Promise<string> {
  await chat.send('/console');
  const { raw, text } = await chat.waitFor('masuk ke konsol sebagai Anda');
  expect(text).not.toContain('ticket');
  const [[button] = []] = (raw.reply_markup as { inline_keyboard: { url?: string }[][] }).inline_keyboard;
  const [, ticket = ''] =
    /^https:\/\/console\.example\.com\/console\/#ticket=([\w-]{43})$/.exec(button?.url ?? '') ?? [];
  expect(ticket).not.toBe('');
  return ticket;
}

async function enter(ticket: string) {
  const browser = createBrowser(() => owners.plane.url);
  const answer = await browser.ask<Session>('POST', '/v1/session', { ticket }, PAGE);
  const show = () => browser.ask<Session>('GET', '/v1/session', undefined, PAGE);
  return { ...answer, show, stop: () => browser.ask('POST', '/v1/tenants/nobody/stop', undefined, PAGE), browser };
}

const keysOf = async (chat: ChatClient) => {
  const { body } = await owners.plane.api.call<{ apiKeys: ApiKey[] }>('GET', '/v1/api-keys');
  return body.apiKeys.filter(({ name }) => name.startsWith(`owner ${chat.userId},`));
};

test('an owner gets a link that signs in once, as a key of their own that nobody has seen', async () => {
  const ticket = await askFor(bos);
  const entered = await enter(ticket);
  expect(entered).toMatchObject({ status: 201, body: { scope: 'operator' } });
  expect((await enter(ticket)).status).toBe(401);
  // As an operator: what destroys is for keys that somebody was given.
  expect((await entered.stop()).body.code).toBe('TENANT_NOT_FOUND');
  expect((await entered.browser.ask('GET', '/v1/api-keys', undefined, PAGE)).status).toBe(403);

  await enter(await askFor(bos));
  const [key, ...others] = await keysOf(bos);
  expect(others).toEqual([]);
  const { body } = await enter(await askFor(mitra));
  expect(body.keyId).not.toBe(key?.id);

  const entries = await owners.plane.db.query(
    "SELECT action, target FROM audit_log WHERE actor = $1 AND action LIKE ANY('{session.%,api-key.%}') ORDER BY id",
    [`telegram:${bos.userId}`],
  );
  const target = `api-key:${key?.id}`;
  expect(entries).toEqual([
    { action: 'api-key.create', target },
    { action: 'session.link', target },
    { action: 'session.link', target },
  ]);
  expect(owners.plane.logged()).not.toContain(ticket);
});

test('owners who ask at one time have one key each', async () => {
  const { apiKeys } = owners.plane.services;
  const caller = { actor: 'telegram:5', scope: 'operator' as const, requestId: null, remember: async () => {} };
  const keys = await Promise.all(Array.from({ length: 8 }, () => apiKeys.ofOwner(5, caller)));
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
});

test('revoking the key throws the owner out; the next link is of a new one', async () => {
  const entered = await enter(await askFor(bos));
  const unused = await askFor(bos);
  await owners.plane.api.call('DELETE', `/v1/api-keys/${entered.body.keyId}`);
  expect((await entered.show()).status).toBe(401);
  expect((await enter(unused)).status).toBe(401);
  const next = await enter(await askFor(bos));
  expect(next.status).toBe(201);
  expect(next.body.keyId).not.toBe(entered.body.keyId);
});

test('who is no longer an owner is thrown out by the next start', async () => {
  const [leaving, staying] = [await enter(await askFor(mitra)), await enter(await askFor(bos))];
  const { plane } = owners;
  await plane.db.query('UPDATE api_keys SET telegram_id = 1 WHERE id = $1', [leaving.body.keyId]);
  await plane.restart();
  expect((await leaving.show()).status).toBe(401);
  expect((await staying.show()).status).toBe(200);
  const entries = await plane.db.query("SELECT actor FROM audit_log WHERE action = 'api-key.revoke' AND target = $1", [
    `api-key:${leaving.body.keyId}`,
  ]);
  expect(entries).toEqual([{ actor: 'system' }]);
});

test('where the console has no public address the bot says what to do', async () => {
  const others = await startOwners(['Sari']);
  try {
    const [sari] = others.owners as [ChatClient];
    await greet(others.owners);
    await sari.send('/console');
    expect((await sari.waitFor('LAPAK_CONSOLE_URL')).text).toContain('npx lapak console');
    expect(await others.plane.db.query('SELECT 1 FROM sign_in_tickets')).toEqual([]);
  } finally {
    await others.close();
  }
});
