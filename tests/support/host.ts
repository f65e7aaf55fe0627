import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noFailpoint } from '../../kernel/failpoint.ts';
import { HOST_PATH, HOSTED_STORE, type HostedSpec, type HostedStore } from '../../kernel/host-protocol.ts';
import { createHost, type Host, type HostOptions } from '../../tenant-runtime/host/host.ts';
import { createOpenStore } from '../../tenant-runtime/host/open-store.ts';
import { childEnvironment } from './child-environment.ts';
import { keepLines, keptLog } from './last-lines.ts';
import { freePorts } from './ports.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from './store.ts';

export const TOKEN = 'rahasia-host-uji-coba-0123456789abcdef';
const ROOT = join(import.meta.dirname, '..', '..');

/** A host under test, in this process or another. */
export type TestHost = {
  ports: { telegramPort: number; pakasirPort: number };
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  /** Asks for something of one store, and expects the store in the answer. */
  of(method: string, path: string, body?: unknown): Promise<HostedStore>;
};

function client(ports: TestHost['ports']): TestHost {
  const ask = (method: string, path: string, body?: unknown) =>
    fetch(`http://127.0.0.1:${ports.telegramPort}${HOST_PATH}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    ports,
    ask,
    async of(method, path, body) {
      const answer = await ask(method, path, body);
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return HOSTED_STORE.parse(await answer.json());
    },
  };
}

/** A host in this process, of real stores unless said otherwise. */
export async function hostHere(
  folder: string,
  options: Partial<HostOptions> = {},
): Promise<TestHost & { host: Host; stop(): Promise<void> }> {
  const host = createHost({
    folder,
    token: TOKEN,
    code: 'of this test',
    listen: { host: '127.0.0.1', telegram: 0, pakasir: 0 },
    isShared: () => true,
    openStore: createOpenStore({ place: undefined, failpoint: noFailpoint }),
    log: keptLog('the host'),
    backoff: { firstMs: 100, maxMs: 1000 },
    ...options,
  });
  return { ...client(await host.start()), host, stop: () => host.stop() };
}

export type HostProcess = TestHost & {
  pid: number;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
};

/** Starts a host as its driver does. */
export async function spawnHost(
  folder: string,
  [telegramPort, pakasirPort]: readonly number[],
  options: {
    entry?: string;
    failpoint?: string;
    /** With the settings for little memory that drivers start a host with. */
    thrifty?: boolean;
  } = {},
): Promise<HostProcess> {
  await writeFile(join(folder, 'bot.env'), `HOST_TOKEN=${TOKEN}\n`, { mode: 0o600 });
  const { entry = 'tenant-runtime/main.ts', failpoint, thrifty } = options;
  const flags = thrifty ? ['--max-semi-space-size=2'] : [];
  const child = spawn(process.execPath, [...flags, join(ROOT, entry), '--env-file', join(folder, 'bot.env')], {
    cwd: folder,
    env: {
      ...childEnvironment(),
      HOST: '127.0.0.1',
      LISTEN_TELEGRAM_PORT: String(telegramPort),
      LISTEN_PAKASIR_PORT: String(pakasirPort),
      ...(failpoint ? { LAPAK_FAILPOINT: failpoint } : {}),
      ...(thrifty ? { MALLOC_ARENA_MAX: '2' } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let written = '';
  const keep = keepLines(`the host ${child.pid}`);
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      written += String(chunk);
      keep(String(chunk));
      if (written.includes('host is open')) resolve();
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    void exited.then(() => reject(new Error(`the host ended:\n${written}`)));
  });
  return {
    ...client({ telegramPort: telegramPort as number, pakasirPort: pakasirPort as number }),
    pid: child.pid as number,
    exited,
    kill: (signal) => child.kill(signal),
  };
}

/** A store that a host can run: its folder with bot.env, and the world around it. */
export type HostedShop = {
  shop: TestStore;
  slug: string;
  spec: HostedSpec;
  folder: string;
  /** Writes bot.env with other values. */
  configure(values: Record<string, string>): Promise<void>;
  /** Leads the webhooks of the gateway to this address. */
  payTo(url: string): Promise<void>;
};

export const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

/** @param parent folder that the deployment folder is made in */
export async function hostedShop(slug: string, parent: string): Promise<HostedShop> {
  const shop = await startTestStore({ start: false, env: { STORE_SLUG: slug } });
  await shop.client.configure({ retry: { baseMillis: 100, maxMillis: 500, timeoutMillis: 5000 } });
  await shop.product({ ...PRODUCT, contents: [`${slug}-1`, `${slug}-2`, `${slug}-3`] });
  const folder = join(parent, `bot-${slug}-qris`);
  await mkdir(folder, { recursive: true });
  const { LOG_DIR: _, LISTEN_TELEGRAM_PORT: __, LISTEN_PAKASIR_PORT: ___, ...env } = shop.env;
  const [telegram, pakasir] = (await freePorts(2)) as [number, number];
  const made: HostedShop = {
    shop,
    slug,
    folder,
    spec: { folder, generation: 1, specHash: 'first', ports: { telegram, pakasir } },
    async configure(values) {
      const lines = Object.entries({ ...env, ...values }).map(([key, value]) => `${key}='${value}'\n`);
      await writeFile(join(folder, 'bot.env'), lines.join(''), { mode: 0o600 });
    },
    async payTo(webhookUrl) {
      await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', webhookUrl });
    },
  };
  await made.configure({});
  await made.payTo(`http://127.0.0.1:${pakasir}/webhooks/pakasir`);
  return made;
}

/** A customer buys, pays, and has the goods. @returns the text that the goods are in */
export async function sell({ shop, slug }: HostedShop): Promise<string> {
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  return (await chat.waitFor(`${slug}-`, { since: 0 })).text;
}

export async function tempFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lapak-host-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
