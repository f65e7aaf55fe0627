import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import { type ChatClient, createSandboxClient } from '../../../sandbox/client.ts';
import { rawHtml } from '../../../tenant-runtime/bot/html.ts';
import { freePort } from '../../support/ports.ts';
import { newSlug } from './api.ts';
import { startPlane, type TestPlane } from './plane.ts';

export const ALERT_TOKEN = `424242:${'z'.repeat(35)}`;

/** A control plane with an alert bot, and an owner who has started it. */
export type Reports = {
  plane: TestPlane;
  owner: ChatClient;
  ownerId: number;
  /** A store of that owner, as its runtime reports. */
  open(fields?: { ownerIds?: number[]; storeName?: string }): Promise<{ store: string; url: string; token: string }>;
};

export async function startReports(): Promise<Reports> {
  const port = await freePort();
  const plane = await startPlane({ env: { LAPAK_PORT: String(port), OWNER_BOT_TOKEN: ALERT_TOKEN } });
  const client = createSandboxClient(plane.sandboxUrl);
  const bot = await client.createBot({ token: ALERT_TOKEN });
  const person = await client.createUser({ firstName: 'Bos' });
  const owner = person.chatWith(bot);
  await owner.send('/start');
  await plane.db.query(
    "INSERT INTO owner_messages (chat_id, store_name, text, created_at, sent_at) VALUES ($1, '', 'halo', now(), now())",
    [person.id],
  );
  return {
    plane,
    owner,
    ownerId: person.id,
    async open(fields = {}) {
      const tenant: Tenant = await plane.api.open({
        store: newSlug(),
        telegramBotToken: plane.newBot().token,
        ownerIds: [person.id],
        ...fields,
      });
      const file = await readFile(join(plane.deployments, `bot-${tenant.store}-qris`, 'bot.env'), 'utf8');
      const { CONTROL_PLANE_URL: url = '', CONTROL_PLANE_TOKEN: token = '' } = parseEnv(file);
      return { store: tenant.store, url, token };
    },
  };
}

export const event = (text: string) => ({
  id: randomUUID(),
  kind: 'transaction' as const,
  severity: 'info' as const,
  text: rawHtml(text),
  at: new Date(),
});
