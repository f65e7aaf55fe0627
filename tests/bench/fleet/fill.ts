import type { Services } from '../../../control-plane/composition/services.ts';
import { SECRET_NAMES } from '../../../control-plane/fleet/tenants/index.ts';
import type { Db } from '../../../kernel/db.ts';
import { uuid } from '../../../kernel/ids.ts';

/** 32 bytes in base64: every secret that is no bot token may look like that. */
const KEY = Buffer.alloc(32, 7).toString('base64');

export const storeAt = (index: number): string => `s${String(index).padStart(5, '0')}`;

/** Rows of stores that were opened long ago, with their secrets and ports; nothing is made for them. */
export async function fillRegistry(parts: {
  db: Db;
  services: Services;
  from: number;
  to: number;
  firstPort: number;
}): Promise<void> {
  const { db, services, firstPort } = parts;
  for (let index = parts.from; index < parts.to; index += 1) {
    const id = uuid();
    await db.tx(async (tx) => {
      await tx.query(
        `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids,
           pakasir_slug, memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, state, provisioned_at,
           created_at, updated_at)
         VALUES ($1, $2, 'qris', $2, 'process', 'image:1', 'polling', 'running', '{1}', '{}', 'bench', 256, 0.5, 128, '{}',
           $3, $2, 1, 1, 'running', now(), now(), now())`,
        [id, storeAt(index), 1_000_000 + index],
      );
      for (const name of Object.values(SECRET_NAMES)) {
        if (name === SECRET_NAMES.formerBotToken) continue;
        const value = name === SECRET_NAMES.botToken ? `${1_000_000 + index}:${'b'.repeat(35)}` : KEY;
        await services.secrets.put(tx, id, name, value);
      }
      await tx.query("INSERT INTO ports (port, tenant_id, purpose) VALUES ($1, $3, 'telegram'), ($2, $3, 'pakasir')", [
        firstPort + index * 2,
        firstPort + index * 2 + 1,
        id,
      ]);
    });
  }
}
