import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeDemo, summarize } from '../../cli/demo/summary.ts';
import type { Session, SignInLink, Tenant } from '../../control-plane/api/contract/index.ts';
import { createBrowser } from '../control-plane/support/browser.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { tempDir } from './support/cli.ts';
import { cliOn } from './support/on-plane.ts';
import { hasTerminals, startInTerminal } from './support/terminal.ts';

let plane: TestPlane;
const lapak = cliOn(() => plane);
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const LINK = /^(http:\/\/127\.0\.0\.1:\d+\/console\/#ticket=([\w-]{43}))\n$/;

async function use(ticket: string | undefined) {
  return createBrowser(() => plane.url).ask<Session>('POST', '/v1/session', { ticket });
}

test('the link is alone on stdout, signs in as the key of the command line, and only once', async () => {
  const { code, stdout, stderr } = await lapak('console');
  expect([code, stdout]).toEqual([0, expect.stringMatching(LINK)]);
  expect(stderr).toMatch(/^It signs in once, until \d{4}-\d\d-\d\d /);
  const ticket = LINK.exec(stdout)?.[2];
  expect(await use(ticket)).toMatchObject({ status: 201, body: { scope: 'admin' } });
  expect((await use(ticket)).status).toBe(401);
});

test('as JSON it comes with when it ends', async () => {
  const link = await lapak.json<SignInLink>('console --no-open');
  expect(link).toEqual({ url: expect.stringMatching(/#ticket=/), expiresAt: expect.stringMatching(/Z$/) });
});

test('a key that is not taken is told as everywhere', async () => {
  const refused = await lapak('console', { LAPAK_API_KEY: 'lpk_wrong' });
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('[UNAUTHENTICATED]') });
});

/** A desktop whose program for addresses writes down how it was called, and ends with `code`. */
async function desktop(code: number) {
  const folder = await tempDir();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const called = join(folder, 'called');
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\necho "$@" > '${called}'\nexit ${code}\n`, { mode: 0o755 });
  const env = {
    ...{ LAPAK_API_URL: plane.url, LAPAK_API_KEY: plane.api.key ?? '', NO_COLOR: '1' },
    ...{ PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0', TMPDIR: folder },
  };
  return { env, called: () => readFile(called, 'utf8').catch(() => undefined) };
}

describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('it is opened in the browser, and no other user of the machine can read it meanwhile', async () => {
    const { env, called } = await desktop(0);
    const { code, screen } = await startInTerminal(['console'], env, 200).done;
    expect([code, screen]).toEqual([0, expect.stringContaining('being opened in your browser')]);
    const given = (await called())?.trim() ?? '';
    expect(given).toMatch(/^file:\/\/\S+\.html$/);
    const page = await readFile(fileURLToPath(given), 'utf8');
    const url = /(http:\S+#ticket=[\w-]{43})/.exec(screen)?.[1];
    expect(page).toContain(`content="0; url=${url}"`);
    expect((await stat(fileURLToPath(given))).mode & 0o777).toBe(0o600);
    expect((await stat(join(fileURLToPath(given), '..'))).mode & 0o777).toBe(0o700);
  });

  test('a browser that does not open, or that is not wanted, costs nobody the link', async () => {
    const broken = await desktop(3);
    const failed = await startInTerminal(['console'], broken.env, 200).done;
    expect([failed.code, failed.screen]).toEqual([
      0,
      expect.stringMatching(/#ticket=[\s\S]*No browser could be opened/),
    ]);
    const quiet = await desktop(0);
    const told = await startInTerminal(['console', '--no-open'], quiet.env, 200).done;
    expect([told.code, await quiet.called()]).toEqual([0, undefined]);
    const { env, called } = await desktop(0);
    const bare = await startInTerminal(['console'], { ...env, DISPLAY: '', WAYLAND_DISPLAY: '' }, 200).done;
    expect([bare.code, await called()]).toEqual([0, undefined]);
    for (const { screen } of [told, bare]) expect(screen).not.toContain('browser');
  });
});

test('the demo ends with the addresses of the console and of the phones', () => {
  const options = { home: '/tmp/demo', port: 7700, sandboxPort: 7780, portRange: '7800-7899' };
  const link = { url: 'http://127.0.0.1:7700/console/#ticket=abc', expiresAt: '2026-01-01T00:01:00.000Z' };
  const person = { id: 1, firstName: 'Budi', username: 'budi' };
  const state = {
    ...{ sandboxPort: 7780, bot: { token: 't', username: 'u' }, seller: { ...person, id: 2 }, customer: person },
    ...{ pakasir: { slug: 's', apiKey: 'k' }, stocked: [], processes: [] },
  };
  const tenant = {
    store: 'warung-demo',
    bot: { id: 9, username: 'warung_demo_bot' },
    ports: null,
  } as unknown as Tenant;
  const sale = { tenant, orderId: 'tg1', state, link };
  expect(describeDemo(options, sale)).toMatchObject({
    consoleUrl: 'http://127.0.0.1:7700/console',
    consoleLink: link,
    phonesUrl: 'http://127.0.0.1:7780/?bot=9&left=1&right=2',
  });
  const text = summarize(options, sale);
  expect(text).toContain(`\n  ${link.url}\n`);
  expect(text).toContain('\n  http://127.0.0.1:7780/?bot=9&left=1&right=2\n');
  expect(text).toContain('\n  npx lapak console\n');
});
