import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated, Session, SignInLink } from '../../../control-plane/api/contract/index.ts';
import { createBrowser } from '../support/browser.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';

let now = Date.parse('2026-01-01T00:00:00Z');
let plane: TestPlane;
let made: ApiKeyCreated;
beforeAll(async () => {
  plane = await startPlane({ clock: { now: () => new Date(now) } });
  const body = { name: 'a viewer', scope: 'viewer' };
  made = (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', body)).body;
});
afterAll(() => plane.close());

async function link(key = made.key): Promise<SignInLink & { ticket: string }> {
  const { status, body } = await plane.api.as(key).call<SignInLink>('POST', '/v1/session/links');
  expect(status).toBe(201);
  return { ...body, ticket: new URL(body.url).hash.replace('#ticket=', '') };
}

let addresses = 0;
const newBrowser = () => createBrowser(() => plane.url, `127.0.3.${++addresses}`);
const use = (ticket: string, browser = newBrowser()) => browser.ask<Session>('POST', '/v1/session', { ticket });

test('a link leads to the console here, signs in as the key that asked for it, and is good once', async () => {
  const { url, expiresAt, ticket } = await link();
  expect(url).toBe(`${plane.url}/console/#ticket=${ticket}`);
  expect(expiresAt).toBe(new Date(now + 60_000).toISOString());
  const browser = newBrowser();
  const answer = await use(ticket, browser);
  expect(answer).toMatchObject({ status: 201, body: { keyId: made.apiKey.id, scope: 'viewer' } });
  expect((await browser.ask('GET', '/v1/session')).status).toBe(200);
  const again = await use(ticket);
  expect(again).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  expect(again.headers['set-cookie']).toBeUndefined();

  expect(JSON.stringify(await plane.db.query('SELECT * FROM sign_in_tickets'))).not.toContain(ticket);
  expect(JSON.stringify(await plane.db.query('SELECT * FROM audit_log'))).not.toContain(ticket);
  expect(plane.logged()).not.toContain(ticket);
  const entries = await plane.db.query(
    "SELECT action, after->>'by' AS by FROM audit_log WHERE actor = $1 ORDER BY id",
    [`key:${made.apiKey.id}`],
  );
  expect(entries).toEqual([
    { action: 'session.link', by: null },
    { action: 'session.begin', by: 'link' },
  ]);
});

test('of ten browsers that use a link at one time, one gets in', async () => {
  const { ticket } = await link();
  const answers = await Promise.all(Array.from({ length: 10 }, () => use(ticket)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 401)]);
});

test('a link is good for a minute, and no longer than its key', async () => {
  const [early, late] = [await link(), await link()];
  now += 60_000 - 1;
  expect((await use(early.ticket)).status).toBe(201);
  now += 1;
  expect((await use(late.ticket)).status).toBe(401);
  await plane.services.sessions.expire();
  expect(await plane.db.query('SELECT 1 FROM sign_in_tickets')).toEqual([]);

  const body = { name: 'another', scope: 'operator' };
  const { apiKey, key } = (await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', body)).body;
  const { ticket } = await link(key);
  await plane.api.call('DELETE', `/v1/api-keys/${apiKey.id}`);
  expect((await use(ticket)).status).toBe(401);
});

test('a session asks for a link of its own key, for another browser', async () => {
  const browser = newBrowser();
  await browser.signIn(made.key);
  const { body } = await browser.ask<SignInLink>('POST', '/v1/session/links');
  const answer = await use(new URL(body.url).hash.replace('#ticket=', ''));
  expect(answer).toMatchObject({ status: 201, body: { keyId: made.apiKey.id } });
});

test('a request for a link that is sent again under its key gets the link again', async () => {
  const ask = () =>
    plane.api.call<SignInLink>('POST', '/v1/session/links', undefined, { 'idempotency-key': 'the-same-link' });
  const [first, second] = [await ask(), await ask()];
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(second.headers.get('idempotency-replayed')).toBe('true');
});

test('a body with both, with neither, or with more is refused and says at which field', async () => {
  for (const body of [
    {},
    { apiKey: 'x', ticket: 'y' },
    { apiKey: '' },
    { ticket: 'y'.repeat(201) },
    { key: 'x' },
    null,
  ]) {
    const answer = await newBrowser().ask('POST', '/v1/session', body);
    expect([JSON.stringify(body), answer.status, answer.body.code]).toEqual([JSON.stringify(body), 400, 'BAD_REQUEST']);
  }
});

test('links that nobody uses do not pile up', async () => {
  const before = new Date(now - 1);
  const sql = `INSERT INTO sign_in_tickets SELECT 'x' || n, $1, $2, $3 FROM generate_series(1, 60) AS n`;
  await plane.db.query(sql, [made.apiKey.id, before, new Date(now + 60_000)]);
  await link();
  const left = await plane.db.query('SELECT 1 FROM sign_in_tickets WHERE key_id = $1', [made.apiKey.id]);
  expect(left).toHaveLength(20);
});
