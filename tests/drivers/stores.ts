import { randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { waitUntil } from '../../control-plane/fleet/drivers/wait.ts';
import { shortId } from '../../kernel/ids.ts';

/** A secret of bot.env that must be seen nowhere. */
export const TOKEN = '123456:secret-of-the-fake-runtime-0123456789';

/** What the fake runtime says of itself. */
export type Fake = {
  run: string;
  pid: number;
  uid: number;
  store: string;
  argv: string[];
  execArgv: string[];
  keys: string[];
};

const folders: string[] = [];
// Registered before every other, and so run after them.
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A folder that goes when the test file is through. */
export function tempFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.push(folder);
  return folder;
}

/** A store with a folder, a bot.env and two free ports of its own. */
export async function makeSpec(image: string, env: Record<string, string> = {}): Promise<RuntimeSpec> {
  const store = `t${shortId(8)}`;
  const root = tempFolder('lapak-driver-');
  // The container's user passes through; mkdtemp lets in only its maker.
  await chmod(root, 0o755);
  const folder = join(root, `bot-${store}-qris`);
  await mkdir(join(folder, 'logs'), { recursive: true });
  const values = { TELEGRAM_BOT_TOKEN: TOKEN, STORE_SLUG: store, ...env };
  const text = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(folder, 'bot.env'), text.join(''), { mode: 0o600 });
  const [telegram, pakasir] = await freePorts();
  return {
    store,
    name: `bot-${store}-qris`,
    folder,
    image,
    generation: 1,
    specHash: 'first',
    env: values,
    ports: { telegram, pakasir },
    limits: { memoryMb: 256, cpus: 0.5, pids: 64 },
  };
}

/** Below the ports that the system gives to outgoing connections, which could take one between a stop and a start. */
const PORTS = { from: 30_000, to: 32_700 };

export async function freePorts(): Promise<[number, number]> {
  const found: number[] = [];
  while (found.length < 2) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (!found.includes(port) && (await isFree(port))) found.push(port);
  }
  return [found[0]!, found[1]!];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}

/** Waits for what must come; its absence fails the test. */
export async function eventually(ready: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  if (!(await waitUntil(ready, { withinMs }))) throw new Error(`did not happen within ${withinMs} ms: ${ready}`);
}

/** True when both of the store's ports answer. */
export async function answers(spec: RuntimeSpec): Promise<boolean> {
  const asked = await Promise.allSettled(
    Object.values(spec.ports).map((port) => fetch(`http://127.0.0.1:${port}/healthz`, { keepalive: false })),
  );
  return asked.every((answer) => answer.status === 'fulfilled' && answer.value.ok);
}

/** Waits until the store answers and asks who it is. */
export async function whoAnswers(spec: RuntimeSpec): Promise<Fake> {
  let fake: Fake | undefined;
  await eventually(async () => {
    if (!(await answers(spec))) return false;
    // It may be ended between the two.
    fake = await say(spec, '/').then(
      (answer) => answer.json() as Promise<Fake>,
      () => undefined,
    );
    return fake !== undefined;
  });
  return fake as Fake;
}

export function say(spec: RuntimeSpec, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${spec.ports.telegram}${path}`, { headers: { connection: 'close' } });
}

/** Starts and ends of the store's runtimes, in order. */
export async function lifeOf(spec: RuntimeSpec): Promise<{ what: string; run: string }[]> {
  const text = await readFile(join(spec.folder, 'logs', 'life.log'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => ({ what: line.split(' ')[0]!, run: line.split(' ')[1]! }));
}

/** Addresses of this host, other than 127.0.0.1, at which one of the ports can be connected to. */
export async function reachableBeyondLoopback(spec: RuntimeSpec): Promise<string[]> {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === 'IPv4' && address !== '127.0.0.1')
    .map(({ address }) => address);
  const found: string[] = [];
  for (const host of ['127.0.0.2', ...outside]) {
    for (const port of Object.values(spec.ports)) if (await connects(host, port)) found.push(`${host}:${port}`);
  }
  return found;
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
