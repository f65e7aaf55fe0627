import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../control-plane/fleet/drivers/index.ts';
import { createCaddyIngress, type Ingress } from '../../control-plane/fleet/ingress/index.ts';
import { createCaddy, noCaddy, type TestCaddy } from '../support/caddy.ts';
import { freePorts } from '../support/ports.ts';

const servers: Server[] = [];
const log = pino({ level: 'silent' });
let caddy: TestCaddy;
let ingress: Ingress;
let warung: Endpoint;
let toko: Endpoint;

async function listener(name: string, port = 0): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end(`${name} ${request.method} ${request.url}`));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

/** A store's two listeners: they say who they are, and what of a request reached them. */
const store = async (name: string): Promise<Endpoint> => ({
  telegram: at(await listener(`${name} telegram`)),
  pakasir: at(await listener(`${name} pakasir`)),
});

async function post(path: string, body = '{}'): Promise<string> {
  const response = await fetch(`${caddy.url}${path}`, { method: 'POST', body });
  const text = await response.text();
  return response.ok ? text : String(response.status);
}

const converge = (...stores: [string, Endpoint][]) =>
  ingress.converge(async () => ({ wanted: new Map(stores), busy: new Set() }));

describe.skipIf(noCaddy)(`routes in a real Caddy${noCaddy ? ` (skipped: ${noCaddy})` : ''}`, () => {
  beforeAll(async () => {
    [warung, toko] = await Promise.all([store('warung'), store('toko')]);
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });
  beforeEach(async () => {
    caddy = await createCaddy();
    await caddy.start();
    ingress = createCaddyIngress({ dir: caddy.routes, publicUrl: `${caddy.url}/id`, admin: caddy.admin, log });
  });
  afterEach(() => caddy.close());

  test('a webhook reaches the store of its path, and nothing else of a store is reached', async () => {
    await ingress.put('warung', warung);
    await ingress.put('toko', toko);
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    expect(await post('/id/toko/webhooks/pakasir')).toBe('toko pakasir POST /webhooks/pakasir');
    for (const path of [
      '/id/warung',
      '/id/warung/metrics',
      '/id/warung/telegram/readyz',
      '/telegram',
      '/id/x/telegram',
    ]) {
      expect(await post(path)).toBe('404');
    }
    expect(await post('/id/warung/telegram', 'x'.repeat(3_000_000))).not.toContain('warung');
  });

  test('a store that is gone is routed no more; the others notice nothing', async () => {
    await ingress.put('warung', warung);
    await ingress.put('toko', toko);
    expect(await ingress.remove('warung')).toBe(true);
    expect(await ingress.remove('warung')).toBe(false);
    expect(await post('/id/warung/telegram')).toBe('404');
    expect(await post('/id/toko/telegram')).toBe('toko telegram POST /telegram');
  });

  test('a broken fragment is put aside, and costs no other store its routes', async () => {
    await ingress.put('warung', warung);
    await writeFile(join(caddy.routes, 'rusak.caddy'), '\thandle /id/rusak/telegram {\n\t\treverse_prox');
    await ingress.put('toko', toko);
    expect(await post('/id/toko/telegram')).toBe('toko telegram POST /telegram');
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    expect(await readdir(caddy.routes)).toEqual([
      'current.caddyfile',
      'rusak.caddy.broken',
      'toko.caddy',
      'warung.caddy',
    ]);
  });

  test('a store whose routes are wanted and cannot be read is named, and the others are routed', async () => {
    // Stands for whatever a Caddy of another version may not understand.
    const unreadable = 'http://"1:1';
    await expect(converge(['warung', warung], ['toko', { ...toko, telegram: unreadable }])).rejects.toMatchObject({
      code: 'INGRESS_REFUSED',
      message: expect.stringContaining('the routes of toko.'),
    });
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    await converge(['warung', warung], ['toko', toko]);
    expect(await post('/id/toko/telegram')).toBe('toko telegram POST /telegram');
  });

  test('what was changed or lost on disk is written again, and what belongs to no store goes', async () => {
    await ingress.put('warung', warung);
    await writeFile(join(caddy.routes, 'warung.caddy'), '\thandle /id/warung/telegram {\n\t\trespond 200\n\t}\n');
    await writeFile(join(caddy.routes, 'asing.caddy'), '\thandle /id/asing/telegram {\n\t\trespond 200\n\t}\n');
    await converge(['warung', warung], ['toko', toko]);
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    expect(await post('/id/toko/telegram')).toBe('toko telegram POST /telegram');
    expect(await post('/id/asing/telegram')).toBe('404');
  });

  test('the routes of a store that an operation is changing stay as they are', async () => {
    await ingress.put('warung', warung);
    const busy = new Set(['warung']);
    await ingress.converge(async () => ({ wanted: new Map([['warung', toko]]), busy }));
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    await ingress.converge(async () => ({ wanted: new Map(), busy }));
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
  });

  test('a Caddy that is away is told when it is back, and starts with what was in force', async () => {
    await ingress.put('warung', warung);
    await caddy.kill();
    expect(await ingress.put('toko', toko)).toBe('later');
    await expect(converge(['warung', warung], ['toko', toko])).rejects.toMatchObject({ code: 'INGRESS_UNAVAILABLE' });
    await caddy.start();
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    expect(await post('/id/toko/telegram')).toBe('404');
    await converge(['warung', warung], ['toko', toko]);
    expect(await post('/id/toko/telegram')).toBe('toko telegram POST /telegram');
  });

  test('a configuration that somebody else loaded gives way to ours', async () => {
    await ingress.put('warung', warung);
    const ours = await readFile(join(caddy.routes, 'current.caddyfile'), 'utf8');
    await fetch(`${caddy.admin}/load`, {
      method: 'POST',
      headers: { 'content-type': 'text/caddyfile' },
      body: ours.replace(/\thandle \/id[\s\S]*?\n\t\}\n/g, ''),
    });
    expect(await post('/id/warung/telegram')).toBe('404');
    await converge(['warung', warung]);
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
  });

  test('a webhook that comes while its store is being replaced waits for it, and is not lost', async () => {
    const port = await listener('sementara');
    await ingress.put('warung', { telegram: at(port), pakasir: at(port) });
    const old = servers.pop() as Server;
    await new Promise((resolve) => old.close(resolve));
    const waiting = post('/id/warung/telegram');
    await listener('pengganti', port);
    expect(await waiting).toBe('pengganti POST /telegram');
  });

  test('a store behind a path of a listener that it shares is reached there', async () => {
    const { telegram, pakasir } = warung;
    await ingress.put('warung', { telegram: `${telegram}/warung`, pakasir: `${pakasir}/warung/` });
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /warung/telegram');
    expect(await post('/id/warung/webhooks/pakasir')).toBe('warung pakasir POST /warung/webhooks/pakasir');
  });

  test('the console is served under its own name, with the API that it reads and nothing else', async () => {
    const plane = await listener('console');
    const [port] = await freePorts(1);
    const url = `http://localhost:${port}`;
    const upstream = `127.0.0.1:${plane}`;
    const routes = async () => ({ wanted: new Map<string, Endpoint>(), busy: new Set<string>() });
    const { admin, routes: dir } = caddy;
    await createCaddyIngress({ dir, publicUrl: undefined, console: { url, upstream }, admin, log }).converge(routes);
    const get = async (path: string) => (await fetch(`${url}${path}`)).text();
    for (const path of ['/', '/console', '/console/stores/warung', '/v1/session']) {
      expect(await get(path)).toBe(`console GET ${path}`);
    }
    for (const path of ['/metrics', '/docs', '/openapi.json', '/consoles', '/v1', '/warung/telegram']) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }

    const both = createCaddyIngress({ dir, publicUrl: `${caddy.url}/id`, console: { url, upstream }, admin, log });
    await both.put('warung', warung);
    expect(await post('/id/warung/telegram')).toBe('warung telegram POST /telegram');
    expect([await post('/console'), await get('/console')]).toEqual(['404', 'console GET /console']);
  });
});
