import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import pino from 'pino';
import { expect } from 'vitest';
import type { HealthReport, Tenant } from '../../control-plane/api/contract/index.ts';
import { createProcessDriver } from '../../control-plane/fleet/drivers/index.ts';
import { createDb } from '../../kernel/db.ts';
import type { MessageView } from '../../sandbox/client.ts';
import { newSlug } from '../control-plane/support/api.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { greet, type OwnersPlane, readable, startOwners } from '../control-plane/support/owners.ts';
import { runtimesBelow } from '../control-plane/support/processes.ts';
import { addProduct, buyUpToInvoice } from '../support/store.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const STOCK = 20;

/** A control plane with stores as processes, a clock to set forward, and an owner whose chat is read as a whole. */
export type Alarms = OwnersPlane & {
  /** Sets the clock forward. */
  advance(ms: number): void;
  /** Sets the clock of the whole machine, forward or back: the one that schedules are kept by as well. */
  travel(ms: number): Promise<void>;
  /** Opens a store of the real runtime with goods to sell. */
  openShop(storeName: string): Promise<Shop>;
  check(tenant: Tenant): Promise<HealthReport>;
  /** Resolves when everything that waits was said, with the owner's chat since the last call, as they read it. */
  chat(): Promise<string[]>;
};

/** A message of the alert bot as the owner reads it. */
export const said = (about: string, ...lines: string[]): string =>
  ['🤖 Lapak', `   ${about}`, ...lines.map((line) => `   ${line}`)].join('\n');
export const aboutStore = ({ storeName, store }: Tenant): string => `🏪 ${storeName} · ${store}`;
/** Below an alert about backups. */
export const BACKUP_BUTTONS = [
  '[ 🔎 Detail ] [ 💾 Cadangkan sekarang ]',
  '[ 🔕 Bisukan 1 jam ] [ ✅ Saya tangani ]',
] as const;
/** Below any other beginning of what goes wrong with a store. */
export const BUTTONS = ['[ 🔎 Detail ] [ 🔄 Mulai ulang ]', '[ 🔕 Bisukan 1 jam ] [ ✅ Saya tangani ]'] as const;

export type Shop = {
  tenant: Tenant;
  token: string;
  pids(): Promise<number[]>;
  /** A new customer buys one, pays and has the goods. */
  sell(): Promise<void>;
};

export async function startAlarms(env: Record<string, string> = {}): Promise<Alarms> {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const stateDir = await mkdtemp(join(tmpdir(), 'lapak-alarms-'));
  const makeDriver = () =>
    createProcessDriver({
      stateDir,
      runtimeEntry: join(import.meta.dirname, 'either-runtime.ts'),
      log: pino({ level: 'silent' }),
      clock,
      // Longer than the health check waits before it looks at an end.
      backoff: { firstMs: 1_600, maxMs: 1_600 },
    });
  const owners = await startOwners(['Bos'], {
    makeDriver,
    clock,
    intervals: { sweepMs: 1_000, watchdogMs: 500, dependenciesMs: 1_000, schedulesMs: 1_000 },
    // A machine at its limits is not what these are about; each check is one that a drill asks for, or of an event.
    env: { HEALTH_CPU_THRESHOLD: '100', HEALTH_DISK_THRESHOLD: '100', LAPAK_TENANT_READY_TIMEOUT: '90', ...env },
  });
  const { plane, client } = owners;
  const [bos] = owners.owners as [OwnersPlane['owners'][number]];
  await greet([bos]);
  let read = (await bos.messages()).length;

  async function openShop(storeName: string): Promise<Shop> {
    const { id, token } = await client.createBot({});
    const project = { slug: `p${id}`, apiKey: 'kunci-rahasia' };
    await client.pakasir.createProject(project);
    const [admin, renter] = [await client.createUser({ firstName: 'Sari' }), await client.createUser({})];
    const tenant = await plane.api.open({
      ...{ store: newSlug(), storeName, telegramBotToken: token, pakasir: project },
      // What it sells is told to whoever rents it: the owner of the platform reads what goes wrong.
      ...{ adminIds: [admin.id], ownerIds: [renter.id] },
    });
    const file = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
    const db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 1 });
    const contents = Array.from({ length: STOCK }, (_, n) => `barang-${n}-`);
    await addProduct({ db }, file.DATA_ENCRYPTION_KEY as string, { ...PRODUCT, contents });
    await db.close();
    return {
      tenant,
      token,
      pids: () => runtimesBelow(tenant.folder),
      async sell() {
        const chat = (await client.createUser({ firstName: 'Budi' })).chatWith({ id });
        await client.pakasir.pay(await buyUpToInvoice(chat, PRODUCT));
        await chat.waitFor(/barang-\d+-/, { since: 0, timeoutMs: 60_000 });
      },
    };
  }

  const isSaid = async () =>
    expect(await plane.db.query('SELECT id FROM owner_messages WHERE sent_at IS NULL')).toEqual([]);

  return {
    ...owners,
    advance(ms) {
      ahead += ms;
    },
    async travel(ms) {
      ahead += ms;
      const body = `SELECT now() + interval '${ahead} milliseconds'`;
      await plane.db.query(
        `CREATE OR REPLACE FUNCTION jobs.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS '${body.replaceAll("'", "''")}'`,
      );
    },
    openShop,
    async check({ store }) {
      const answer = await plane.api.call<HealthReport>('POST', `/v1/tenants/${store}/health`);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
    async chat() {
      await eventually(isSaid, 60_000);
      const messages = await bos.messages();
      const fresh: MessageView[] = messages.slice(read);
      read = messages.length;
      return fresh.map((message) => readable(message));
    },
    async close() {
      await owners.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
