import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiKeyCreated } from '../../../control-plane/api/contract/index.ts';
import { createBrowser, type Page, type TestBrowser } from '../support/browser.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';

const CONSOLE = 'console.example.com';
/** What a browser sends that reaches the console through a proxy which ends TLS and is not among LAPAK_TRUSTED_PROXIES. */
const PROXIED: Page = { host: CONSOLE, 'sec-fetch-site': 'same-origin' };

let plane: TestPlane;
let key: string;
let browser: TestBrowser;
beforeAll(async () => {
  plane = await startPlane({
    env: {
      LAPAK_CONSOLE_URL: `https://${CONSOLE}`,
      LAPAK_TRUSTED_PROXIES: '127.0.0.9',
      LAPAK_API_HOSTS: 'lan.example',
    },
  });
});
afterAll(() => plane.close());
beforeEach(async () => {
  // Each has its own, as sign-ins are counted by the key.
  const made = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: 'a browser', scope: 'admin' });
  key = made.body.key;
  browser = createBrowser(() => plane.url);
  expect((await browser.signIn(key)).status).toBe(201);
});

const host = () => new URL(plane.url).host;

/** Headers of a request of some page, and whether a session may change something, and read something, by it. */
const MATRIX: readonly [name: string, page: () => Page, changes: boolean, reads: boolean][] = [
  ['the console itself', () => ({ 'sec-fetch-site': 'same-origin' }), true, true],
  ['a page of another site', () => ({ 'sec-fetch-site': 'cross-site' }), false, false],
  ['a page of another port of this machine', () => ({ 'sec-fetch-site': 'same-site' }), false, false],
  ['what a person typed', () => ({ 'sec-fetch-site': 'none' }), false, true],
  [
    'a page that forges nothing but Origin',
    () => ({ 'sec-fetch-site': 'cross-site', origin: plane.url }),
    false,
    false,
  ],
  ['an old browser with the console', () => ({ origin: plane.url }), true, true],
  ['an old browser with another site', () => ({ origin: 'http://evil.example' }), false, true],
  ['an old browser with another port', () => ({ origin: 'http://127.0.0.1:1' }), false, true],
  ['a sandboxed frame', () => ({ origin: 'null' }), false, true],
  ['an address that only begins alike', () => ({ origin: `http://${host()}.evil.example` }), false, true],
  ['an origin with a user in it', () => ({ origin: `http://${host()}@evil.example` }), false, true],
  ['neither header', () => ({}), false, true],
];

test.each(MATRIX)('%s', async (_, page, changes, reads) => {
  const change = await browser.ask('POST', '/v1/session/links', undefined, page());
  expect([change.status, change.body.code]).toEqual(changes ? [201, undefined] : [403, 'CROSS_SITE_REFUSED']);
  const read = await browser.ask('GET', '/v1/tenants', undefined, page());
  expect(read.status).toBe(reads ? 200 : 403);

  const other = createBrowser(() => plane.url);
  const signIn = await other.signIn(key, page());
  expect([signIn.status, signIn.body.code]).toEqual(changes ? [201, undefined] : [403, 'CROSS_SITE_REFUSED']);
  expect(other.cookies.size).toBe(changes ? 1 : 0);

  // Who sends a key is no page that was made to ask.
  const byKey = await browser.ask('POST', '/v1/session/links', undefined, {
    ...page(),
    authorization: `Bearer ${key}`,
  });
  expect(byKey.status).toBe(201);

  const out = await browser.ask('DELETE', '/v1/session', undefined, page());
  expect(out.status).toBe(changes ? 200 : 403);
});

test('what was refused is in the audit log of the key', async () => {
  await browser.ask('DELETE', '/v1/session', undefined, { 'sec-fetch-site': 'cross-site' });
  const entries = await plane.db.query(
    "SELECT DISTINCT target, result FROM audit_log WHERE action = 'denied' AND actor <> 'anonymous' ORDER BY target",
  );
  expect(entries).toContainEqual({ target: 'route:DELETE /v1/session', result: 'CROSS_SITE_REFUSED' });
});

test('under TLS the cookie is for this host alone, and the plain one is nothing', async () => {
  const other = createBrowser(() => plane.url);
  const answer = await other.signIn(key, PROXIED);
  expect(answer.headers['set-cookie']).toEqual([
    expect.stringMatching(/^__Host-lapak-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/),
  ]);
  expect((await other.ask('GET', '/v1/session', undefined, PROXIED)).status).toBe(200);
  // A host beside the console can plant a cookie of any name but this one.
  const plain = browser.cookies.get('lapak-session') as string;
  other.cookies.clear();
  other.cookies.set('lapak-session', plain);
  expect((await other.ask('GET', '/v1/session', undefined, PROXIED)).status).toBe(401);
  expect((await browser.ask('GET', '/v1/session')).status).toBe(200);

  const out = createBrowser(() => plane.url);
  await out.signIn(key, PROXIED);
  const gone = await out.ask('DELETE', '/v1/session', undefined, PROXIED);
  expect(gone.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-lapak-session=; .*Max-Age=0; Secure$/)]);
});

test('a proxy says that there was TLS only where it is trusted', async () => {
  const forwarded = { host: 'lan.example', 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' };
  for (const [from, name] of [
    ['127.0.0.9', '__Host-lapak-session'],
    ['127.0.0.8', 'lapak-session'],
  ] as const) {
    const behind = createBrowser(() => plane.url, from);
    expect((await behind.signIn(key, forwarded)).status).toBe(201);
    expect([...behind.cookies.keys()]).toEqual([name]);
  }
  const old = { host: 'lan.example', 'x-forwarded-proto': 'https' };
  const trusted = createBrowser(() => plane.url, '127.0.0.9');
  expect((await trusted.signIn(key, { ...old, origin: 'http://lan.example' })).status).toBe(403);
  expect((await trusted.signIn(key, { ...old, origin: 'https://lan.example' })).status).toBe(201);
});

test('a name that leads here but is not ours gets nothing, whatever else it says', async () => {
  const pages: Page[] = [
    { host: 'rebound.evil.example', origin: 'http://rebound.evil.example' },
    { host: 'rebound.evil.example', 'sec-fetch-site': 'same-origin', 'x-forwarded-host': 'localhost' },
    { host: `${CONSOLE}.evil.example`, 'sec-fetch-site': 'same-origin' },
  ];
  for (const page of pages) {
    for (const from of ['127.0.0.1', '127.0.0.9']) {
      const rebound = createBrowser(() => plane.url, from);
      for (const path of ['/v1/session', '/console', '/']) {
        expect([path, (await rebound.ask('GET', path, undefined, page)).status]).toEqual([path, 421]);
      }
      expect((await rebound.signIn(key, page)).status).toBe(421);
    }
  }
  const link = await browser.ask<{ url: string }>('POST', '/v1/session/links');
  expect(link.body.url).toMatch(/^https:\/\/console\.example\.com\/console\/#ticket=/);
});
