import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { type Cluster, startCluster } from '../chaos/cluster.ts';
import { type Api, createApi } from '../control-plane/support/api.ts';
import { type Owner, startOwner } from '../control-plane/support/owner.ts';
import { runtimesBelow } from '../control-plane/support/processes.ts';
import { childEnvironment } from '../support/child-environment.ts';
import { freePort } from '../support/ports.ts';
import { quietTimes } from '../support/quiet-times.ts';
import { addProduct, buyUpToInvoice } from '../support/store.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'control-plane', 'main.ts');
const OWNER_TOKEN = `616161:${'d'.repeat(35)}`;
const OWNER_ID = 8001;
export const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

/** A platform as it is run: control plane and stores as processes, over a Postgres that is there to be restarted. */
export type DrillPlatform = {
  api(): Api;
  cluster: Cluster;
  client: SandboxClient;
  owner: Owner;
  /** SIGKILL. */
  killControlPlane(): Promise<void>;
  startControlPlane(): Promise<void>;
  /** Opens a store of the real runtime with goods to sell. */
  openStore(contents: readonly string[]): Promise<DrillStore>;
  /** What the owners were or are woken by, in order. */
  incidents(): Promise<{ kind: string; open: boolean }[]>;
  close(): Promise<void>;
};

export type DrillStore = {
  tenant: Tenant;
  bot: { id: number; token: string };
  /** Process ids of the runtime. */
  pids(): Promise<number[]>;
  /** A new customer buys one and pays; resolves with the invoice id once the goods are there. */
  sell(goods: string): Promise<string>;
};

export async function prepareDrill(more: Record<string, string> = {}): Promise<DrillPlatform> {
  const sandbox = createSandbox();
  const { url } = await sandbox.listen();
  const client = createSandboxClient(url);
  await client.configure({ retry: { baseMillis: 100, maxMillis: 500, timeoutMillis: 5000 } });
  const cluster = await startCluster();
  const clusterUrl = cluster.url.replace(/\/toko$/, '/postgres');
  const home = await mkdtemp(join(tmpdir(), 'lapak-drill-'));
  const from = 12_000 + Number(process.env.VITEST_POOL_ID ?? 0) * 1_000 + 900;
  const env: Record<string, string> = {
    LAPAK_HOME: home,
    LAPAK_PORT: String(await freePort()),
    LAPAK_DEPLOYMENTS: join(home, 'deployments'),
    LAPAK_PORT_RANGE: `${from}-${from + 49}`,
    DATABASE_URL: clusterUrl,
    OWNER_BOT_TOKEN: OWNER_TOKEN,
    TELEGRAM_OWNER_IDS: String(OWNER_ID),
    TELEGRAM_API_ROOT: url,
    PAKASIR_API_BASE: `${url}/pakasir`,
    ...quietTimes(),
    ...more,
  };
  let child: ChildProcess | undefined;
  let api: Api;

  async function startControlPlane(): Promise<void> {
    const started = spawn(process.execPath, [ENTRY], {
      env: { ...childEnvironment(), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      let written = '';
      started.stderr?.on('data', (chunk: Buffer) => {
        written += chunk.toString('utf8');
        if (written.includes('listens on')) resolve();
      });
      started.once('exit', () => reject(new Error(`the control plane ended:\n${written}`)));
    });
    const { apiUrl, apiKey } = JSON.parse(await readFile(join(home, 'cli.json'), 'utf8'));
    api = createApi(apiUrl, apiKey);
  }

  async function endControlPlane(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async function openStore(contents: readonly string[]): Promise<DrillStore> {
    const { id, token } = await client.createBot({});
    const admin = await client.createUser({ firstName: 'Sari' });
    const project = { slug: `p${id}`, apiKey: 'kunci-rahasia' };
    await client.pakasir.createProject(project);
    const tenant = await api.open({
      telegramBotToken: token,
      adminIds: [admin.id],
      ownerIds: [OWNER_ID],
      pakasir: project,
    });
    const file = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
    const db = createDb({ connectionString: clusterUrl.replace(/\/postgres$/, `/${tenant.database}`), max: 1 });
    await addProduct({ db }, file.DATA_ENCRYPTION_KEY as string, { ...PRODUCT, contents });
    await db.close();
    return {
      tenant,
      bot: { id, token },
      pids: () => runtimesBelow(tenant.folder),
      async sell(goods) {
        const customer = await client.createUser({ firstName: 'Budi' });
        const chat = customer.chatWith({ id });
        const ref = await buyUpToInvoice(chat, PRODUCT);
        await client.pakasir.pay(ref);
        await chat.waitFor(goods, { since: 0, timeoutMs: 60_000 });
        return ref;
      },
    };
  }

  await startControlPlane();
  const owner = await startOwner(url, OWNER_TOKEN, OWNER_ID);
  return {
    api: () => api,
    cluster,
    client,
    owner,
    killControlPlane: () => endControlPlane('SIGKILL'),
    startControlPlane,
    openStore,
    async incidents() {
      const db = createDb({ connectionString: clusterUrl.replace(/\/postgres$/, '/lapak_control'), max: 1 });
      const rows = await db.query<{ kind: string; open: boolean }>(
        'SELECT kind, closed_at IS NULL AS open FROM incidents ORDER BY id',
      );
      await db.close();
      return rows;
    },
    async close() {
      await endControlPlane('SIGTERM');
      for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
      await cluster.close();
      await sandbox.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
