import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated, KeyScope, Session, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createBrowser } from '../support/browser.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const COOKIE = 'lapak-session';
let now = Date.parse('2026-01-01T00:00:00Z');
let plane: TestPlane;
let tenant: Tenant;
beforeAll(async () => {
  plane = await startPlane({ clock: { now: () => new Date(now) }, env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
});
afterAll(() => plane.close());

async function newKey(scope: KeyScope, expiresInDays?: number): Promise<ApiKeyCreated> {
  const body = { name: `a ${scope}`, scope, expiresInDays };
  return (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', body)).body;
}

let addresses = 0;
const newBrowser = () => createBrowser(() => plane.url, `127.0.2.${++addresses}`);

async function signedIn(scope: KeyScope, expiresInDays?: number) {
  const made = await newKey(scope, expiresInDays);
  const browser = newBrowser();
  const { status } = await browser.signIn(made.key);
  expect(status).toBe(201);
  return { ...made, browser };
}

const rows = () => plane.db.query<{ hash: string; key_id: string }>('SELECT hash, key_id FROM console_sessions');

test('a browser signs in with a key, is who the key is, and signs out', async () => {
  const { apiKey, key } = await newKey('operator');
  const browser = newBrowser();
  const answer = await browser.signIn(key);
  expect(answer.headers['set-cookie']).toEqual([
    expect.stringMatching(/^lapak-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/),
  ]);
  expect(answer.headers['cache-control']).toBe('no-store');
  const endsAt = new Date(now + 12 * HOUR).toISOString();
  const who: Session = { keyId: apiKey.id, name: apiKey.name, scope: 'operator', endsAt };
  expect(answer.body).toEqual(who);
  const shown = await browser.ask('GET', '/v1/session');
  expect([shown.body, shown.headers['cache-control']]).toEqual([who, 'no-store']);
  expect((await plane.api.as(key).call('GET', '/v1/session')).body).toEqual({ ...who, endsAt: null });

  const id = browser.cookies.get(COOKIE) as string;
  expect(JSON.stringify(await rows())).not.toContain(id);
  expect(plane.logged()).not.toContain(id);

  const out = await browser.ask('DELETE', '/v1/session');
  expect([out.status, out.body]).toEqual([200, { signedOut: true }]);
  expect(out.headers['set-cookie']).toEqual([`${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`]);
  expect(browser.cookies.size).toBe(0);
  browser.cookies.set(COOKIE, id);
  expect((await browser.ask('GET', '/v1/session')).status).toBe(401);

  const entries = await plane.db.query(
    "SELECT action, target, result FROM audit_log WHERE actor = $1 AND action LIKE 'session.%' ORDER BY id",
    [`key:${apiKey.id}`],
  );
  const target = `api-key:${apiKey.id}`;
  expect(entries).toEqual([
    { action: 'session.begin', target, result: 'done' },
    { action: 'session.end', target, result: 'done' },
  ]);
});

test('a session does what its key may, as the key, and no more', async () => {
  const viewer = await signedIn('viewer');
  const refused = await viewer.browser.ask('POST', `/v1/tenants/${tenant.store}/stop`);
  expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
  for (const path of ['/v1/api-keys', '/v1/audit']) {
    expect([path, (await viewer.browser.ask('GET', path)).status]).toEqual([path, 403]);
  }
  const entries = await plane.db.query("SELECT target, result FROM audit_log WHERE actor = $1 AND action = 'denied'", [
    `key:${viewer.apiKey.id}`,
  ]);
  expect(entries).toEqual([{ target: 'route:POST /v1/tenants/:store/stop', result: 'FORBIDDEN' }]);

  const admin = await signedIn('admin');
  const twice = [1, 2].map(() =>
    admin.browser.ask(
      'POST',
      '/v1/api-keys',
      { name: 'once', scope: 'viewer' },
      {
        'sec-fetch-site': 'same-origin',
        'idempotency-key': 'a-form-that-was-sent-twice',
      },
    ),
  );
  const [first, second] = await Promise.all(twice);
  expect([first?.status, second?.status, second?.body]).toEqual([201, 201, first?.body]);
  const [made] = await plane.db.query("SELECT actor FROM audit_log WHERE action = 'api-key.create' ORDER BY id DESC");
  expect(made).toEqual({ actor: `key:${admin.apiKey.id}` });
});

test('a sign-in never takes the id that the browser came with, and ends the session that it had', async () => {
  const { browser, key } = await signedIn('viewer');
  const former = browser.cookies.get(COOKIE) as string;
  const planted = 'A'.repeat(43);
  const victim = newBrowser();
  victim.cookies.set(COOKIE, planted);
  await victim.signIn(key);
  expect(victim.cookies.get(COOKIE)).not.toBe(planted);
  await browser.signIn(key);
  expect(browser.cookies.get(COOKIE)).not.toBe(former);
  const thief = newBrowser();
  for (const id of [planted, former]) {
    thief.cookies.set(COOKIE, id);
    expect((await thief.ask('GET', '/v1/session')).status).toBe(401);
  }
  expect((await browser.ask('GET', '/v1/session')).status).toBe(200);
});

test('of two cookies with the name, neither is believed', async () => {
  const { browser } = await signedIn('viewer');
  const own = `${COOKIE}=${browser.cookies.get(COOKIE)}`;
  browser.cookies.clear();
  const ask = (cookie: string) => browser.ask('GET', '/v1/session', undefined, { cookie });
  expect((await ask(`other=1; ${own}`)).status).toBe(200);
  expect((await ask(`${COOKIE}=${'A'.repeat(43)}; ${own}`)).status).toBe(401);
  expect((await ask(`__Host-${own}`)).status).toBe(401);
});

test('a session ends with its key: when it is revoked, and when it expires', async () => {
  const revoked = await signedIn('viewer');
  await plane.api.call('DELETE', `/v1/api-keys/${revoked.apiKey.id}`);
  expect((await revoked.browser.ask('GET', '/v1/session')).status).toBe(401);
  expect((await revoked.browser.signIn(revoked.key)).status).toBe(401);

  const short = await newKey('viewer', 1);
  now += 23 * HOUR;
  const browser = newBrowser();
  expect((await browser.signIn(short.key)).body.endsAt).toBe(short.apiKey.expiresAt);
  now += HOUR - 1;
  expect((await browser.ask('GET', '/v1/session')).status).toBe(200);
  now += 1;
  expect((await browser.ask('GET', '/v1/session')).status).toBe(401);
});

test('a session ends after twelve hours, however much it is used, and after two without use', async () => {
  const { browser, apiKey } = await signedIn('viewer');
  const alive = async () => (await browser.ask('GET', '/v1/session')).status === 200;
  const began = now;
  const seen = async () => {
    const sql = `SELECT s.seen_at, k.last_used_at FROM console_sessions s JOIN api_keys k ON k.id = s.key_id WHERE k.id = $1`;
    const [row] = await plane.db.query<{ seen_at: Date; last_used_at: Date }>(sql, [apiKey.id]);
    return [row?.seen_at.getTime(), row?.last_used_at.getTime()];
  };
  now += MINUTE - 1;
  expect([await alive(), await seen()]).toEqual([true, [began, began]]);
  now += 1;
  expect([await alive(), await seen()]).toEqual([true, [now, now]]);
  while (now + 2 * HOUR < began + 12 * HOUR) {
    now += 2 * HOUR - 1;
    expect(await alive()).toBe(true);
  }
  now = began + 12 * HOUR - 1;
  expect(await alive()).toBe(true);
  now += 1;
  expect(await alive()).toBe(false);

  const idle = await signedIn('viewer');
  now += 2 * HOUR;
  expect((await idle.browser.ask('GET', '/v1/session')).status).toBe(401);
  const before = await rows();
  await plane.services.sessions.expire();
  const after = await rows();
  expect(before.filter(({ key_id: id }) => id === idle.apiKey.id || id === apiKey.id)).toHaveLength(2);
  expect(after).toEqual([]);
});

test('what a session follows ends with the session, and with its key; other sessions of the key go on', async () => {
  const path = `/v1/tenants/${tenant.store}/logs?follow=true`;
  const { browser, key, apiKey } = await signedIn('operator');
  const other = newBrowser();
  await other.signIn(key);
  const [mine, others] = [await browser.follow(path), await other.follow(path)];
  expect([mine.status, others.status]).toEqual([200, 200]);
  await browser.ask('DELETE', '/v1/session');
  await mine.ended;
  const goesOn = await Promise.race([others.ended.then(() => 'ended'), other.ask('GET', '/v1/session')]);
  expect(goesOn).toMatchObject({ status: 200 });
  await plane.api.call('DELETE', `/v1/api-keys/${apiKey.id}`);
  await others.ended;
});

test('a key that is sent counts before a session, and a wrong one is not made good by it', async () => {
  const { browser } = await signedIn('viewer');
  const by = (authorization: string) => browser.ask<Session>('GET', '/v1/session', undefined, { authorization });
  const asKey = await by(`Bearer ${plane.api.key}`);
  expect(asKey.body).toMatchObject({ scope: 'admin', endsAt: null });
  for (const wrong of ['Bearer lpk_0000000000_x', 'Basic abc', 'Bearer']) expect((await by(wrong)).status).toBe(401);
});

test('a session is nothing where a store reports', async () => {
  const { browser } = await signedIn('admin');
  const answer = await browser.ask('POST', `/v1/tenants/${tenant.store}/events`, { events: [] });
  expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
});

test('wrong keys and links are slowed down by address, are one entry of the audit log, and lock nobody out', async () => {
  const browser = newBrowser();
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2 ? browser.signIn('lpk_0000000000_x') : browser.ask('POST', '/v1/session', { ticket: `t${index}` }),
    ),
  );
  expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401, 429]));
  const { key } = await newKey('viewer');
  expect((await browser.signIn(key)).status).toBe(201);
  const entries = await plane.db.query("SELECT action, target, result FROM audit_log WHERE actor = 'anonymous'");
  expect(new Set(entries.map((entry) => JSON.stringify(entry)))).toEqual(
    new Set([JSON.stringify({ action: 'denied', target: 'console', result: 'UNAUTHENTICATED' })]),
  );
  expect(entries.length).toBeLessThan(5);
});

test('one key fills neither the audit log nor the table with sessions', async () => {
  const { key, apiKey } = await newKey('viewer');
  const answers = await Promise.all(Array.from({ length: 70 }, () => newBrowser().signIn(key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
  const sql = `INSERT INTO console_sessions SELECT 'x' || n, $1, $2, $3, $2 FROM generate_series(1, 60) AS n`;
  await plane.db.query(sql, [apiKey.id, new Date(now - 1), new Date(now + HOUR)]);
  const begin = { identity: { keyId: apiKey.id, name: '', scope: 'viewer' as const } };
  await plane.services.sessions.signIn(begin, { requestId: 'a-request', formerId: undefined });
  expect((await rows()).filter(({ key_id: id }) => id === apiKey.id)).toHaveLength(50);
});
