import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import type { Alerts } from '../../../control-plane/monitoring/alerts/index.ts';
import type { AlertStore } from '../../../control-plane/platform/alerting.ts';
import type { Tx } from '../../../kernel/db.ts';
import { type ChatClient, createSandboxClient, renderMessage, type SandboxClient } from '../../../sandbox/client.ts';
import { newSlug } from './api.ts';
import { type PlaneOptions, startPlane, type TestPlane } from './plane.ts';

export const OWNER_BOT_TOKEN = `424242:${'z'.repeat(35)}`;

/** A control plane with its alert bot and owners who talk to it. */
export type OwnersPlane = {
  plane: TestPlane;
  client: SandboxClient;
  bot: { id: number };
  /** Chats of the owners, in the order of their names. */
  owners: ChatClient[];
  /** Raises, clears and tells as a room of the control plane does, in one transaction. */
  alarm<T>(work: (tx: Tx, alerts: Alerts) => Promise<T>): Promise<T>;
  about(tenant: Tenant): Promise<AlertStore>;
  open(storeName: string): Promise<Tenant>;
  /** An incident of a store. */
  down(tenant: Tenant, fields?: { detail?: string; severity?: 'error' | 'fatal' }): Promise<void>;
  up(tenant: Tenant): Promise<void>;
  close(): Promise<void>;
};

export async function startOwners(names: readonly string[], options: PlaneOptions = {}): Promise<OwnersPlane> {
  const ids = names.map((_, index) => 700_000_001 + index);
  const plane = await startPlane({
    ...options,
    env: { OWNER_BOT_TOKEN, TELEGRAM_OWNER_IDS: ids.join(','), ...options.env },
  });
  const client = createSandboxClient(plane.sandboxUrl);
  const bot = await client.createBot({ token: OWNER_BOT_TOKEN, username: 'lapak_owner_bot', name: 'Lapak' });
  const owners: ChatClient[] = [];
  for (const [index, firstName] of names.entries()) {
    owners.push((await client.createUser({ id: ids[index] as number, firstName })).chatWith(bot));
  }
  const alarm: OwnersPlane['alarm'] = (work) => plane.db.tx((tx) => work(tx, plane.services.alerts));
  const about = async ({ store, storeName }: Tenant) => {
    const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [store]);
    return { tenantId: row!.id, store, storeName };
  };
  return {
    plane,
    client,
    bot,
    owners,
    alarm,
    about,
    open: (storeName) => plane.api.open({ store: newSlug(), storeName, telegramBotToken: plane.newBot().token }),
    async down(tenant, { detail = 'exit code 1', severity = 'error' } = {}) {
      const store = await about(tenant);
      const key = `runtime:${store.tenantId}`;
      await alarm((tx, alerts) => alerts.raise(tx, { kind: 'runtime_down', key, severity, about: store, detail }));
    },
    async up(tenant) {
      const { tenantId } = await about(tenant);
      await alarm((tx, alerts) => alerts.clear(tx, `runtime:${tenantId}`));
    },
    close: () => plane.close(),
  };
}

/** Owners start the bot, and read how things are: what they are told from then on is not mixed with the greeting. */
export async function greet(chats: readonly ChatClient[]): Promise<void> {
  for (const chat of chats) {
    await chat.send('/start');
    await chat.waitFor('Keadaan Lapak');
  }
}

/** A message as the owner reads it, with times, durations and ids that differ from run to run taken out. */
export function readable(message: Parameters<typeof renderMessage>[0], names: Readonly<Record<string, string>> = {}) {
  let text = renderMessage(message)
    .replace(/\d{1,2} \p{L}{3} \d\d\.\d\d/gu, '<waktu>')
    .replace(/(setelah|sejak|·) \d+ (detik|menit)/g, '$1 <lama>');
  for (const [store, name] of Object.entries(names)) text = text.replaceAll(store, name);
  return text;
}
