import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../support/browser.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';

const SCRIPT = 'assets/index-B4x9Qk2a.js';
let dist: string;
let plane: TestPlane;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'lapak-console-'));
  await writeFile(join(dist, '..', 'lapak-console-beside.txt'), 'beside');
  plane = await startPlane({ consoleDist: dist });
});
afterAll(async () => {
  await plane.close();
  await rm(dist, { recursive: true, force: true });
  await rm(join(dist, '..', 'lapak-console-beside.txt'), { force: true });
});

async function build(word: string): Promise<void> {
  await mkdir(join(dist, 'assets'), { recursive: true });
  await writeFile(join(dist, SCRIPT), 'globalThis.built = true;\n');
  await writeFile(join(dist, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(dist, 'index.html'), `<!doctype html><title>${word}</title><script src="/console/${SCRIPT}">`);
}

const get = (path: string, init: RequestInit = {}) => fetch(`${plane.url}${path}`, { redirect: 'manual', ...init });

/** The path as it is; clients resolve dots before they send them. */
async function raw(path: string): Promise<string> {
  const { hostname, port } = new URL(plane.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

test('a server without pages names the command, and has them as soon as they are built', async () => {
  for (const path of ['/console', '/console/', '/console/stores/warung', `/console/${SCRIPT}`]) {
    const answer = await get(path);
    expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    expect(await answer.text()).toContain('npm run build');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  }
  await build('first');
  expect(await (await get('/console')).text()).toContain('<title>first</title>');
});

test('the console is at its address, and each of its screens is its page', async () => {
  await build('second');
  const start = await get('/');
  expect([start.status, start.headers.get('location')]).toEqual([302, '/console']);
  for (const path of [
    '/console',
    '/console/',
    '/console/stores/warung?tab=logs',
    '/console/index.html',
    '/console/a.b',
  ]) {
    const answer = await get(path);
    expect([path, answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      path,
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    expect(await answer.text()).toContain('<title>second</title>');
  }
});

test('files whose names hold their hash are kept for ever, others are asked for again', async () => {
  const script = await get(`/console/${SCRIPT}`);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toContain('javascript');
  const icon = await get('/console/icon.svg');
  expect([icon.headers.get('cache-control'), icon.headers.get('content-type')]).toEqual(['no-cache', 'image/svg+xml']);
  const etag = icon.headers.get('etag') as string;
  const known = { 'if-none-match': etag };
  expect((await createBrowser(() => plane.url).ask('GET', '/console/icon.svg', undefined, known)).status).toBe(304);
  const gone = await get('/console/assets/index-of-a-former-build.js');
  expect([gone.status, gone.headers.get('content-type')]).toEqual([404, expect.stringContaining('problem+json')]);
  expect((await get('/console', { method: 'POST' })).status).toBe(404);
});

test('no page of the console runs what is inline or from elsewhere, or stands in a frame of somebody', async () => {
  for (const path of ['/console', `/console/${SCRIPT}`, '/console/assets/gone.js']) {
    const { headers } = await get(path);
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split('; ').map((one) => one.split(/ (.*)/).slice(0, 2)),
    );
    expect([path, policy]).toEqual([
      path,
      {
        'default-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'self'",
        'frame-ancestors': "'none'",
        'object-src': "'none'",
      },
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  }
  const api = await plane.api.call('GET', '/v1/tenants');
  expect(api.headers.get('x-content-type-options')).toBe('nosniff');
});

test('nothing but the files of the build is sent, however a path is written', async () => {
  const up = ['..', '%2e%2e', '%2E.', '..%2f..', '%252e%252e', '..%5c..', '....//..'];
  const paths = [
    ...up.flatMap((step) => [
      `/console/${step}/lapak-console-beside.txt`,
      `/console/assets/${step}/${step}/lapak-console-beside.txt`,
    ]),
    '/console//etc/passwd',
    '/console/%2fetc%2fpasswd',
    '/console/assets',
    '/console/assets/',
    '/console/assets/..%00/icon.svg',
    '/console/%00',
    '/console/%ff',
    '//evil.example/console',
  ];
  for (const path of paths) {
    const answer = await raw(path);
    expect([path, /^HTTP\/1\.1 (200|400|404) /.test(answer)]).toEqual([path, true]);
    expect([path, /beside$|root:|^location: *\/\//im.test(answer)]).toEqual([path, false]);
  }
});
