import type { Clock } from '../../../kernel/clock.ts';
import { constantTimeEqual } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantEvent } from '../../api/contract/index.ts';
import { requireTenant, SECRET_NAMES, selectTenant } from '../../fleet/tenants/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { countWaiting, type OwnerMessages, wasReached } from '../owner-messages/index.ts';
import { deleteBefore, insertEvents, type StoredEvent, selectEvents } from './sql.ts';

export type TenantEvents = {
  /** True when the token is the one that this store was given. */
  knows(store: string, token: string): Promise<boolean>;
  /**
   * Keeps events of a store, each id once, and queues them for its owners. False when nobody tells them here, or none of
   * them was reached so far.
   */
  take(store: string, events: readonly TenantEvent[]): Promise<boolean>;
  list(store: string, page: { before: number | null; limit: number }): Promise<StoredEvent[]>;
  expire(): Promise<void>;
};

const KEEP_MS = 30 * 86_400_000;
/** Of one store: what comes on top waits with the store until some of it was said. */
const MOST_WAITING = 2000;

export function createTenantEvents(deps: {
  db: Db;
  secrets: Secrets;
  clock: Clock;
  messages: OwnerMessages;
}): TenantEvents {
  const { db, secrets, clock, messages } = deps;

  return {
    async knows(store, token) {
      const tenant = await selectTenant(db, store);
      const known = tenant && (await secrets.openAll(db, tenant.id))[SECRET_NAMES.eventsToken];
      return known !== undefined && constantTimeEqual(known, token);
    },
    async take(store, events) {
      const tenant = await requireTenant(db, store);
      const now = clock.now();
      const tells = messages.enabled && tenant.owner_ids.length > 0;
      if (tells && (await countWaiting(db, tenant.id, MOST_WAITING)) >= MOST_WAITING) {
        throw new AppError(
          'RATE_LIMITED',
          'The owners have not been told yet of what came before; send it again later.',
        );
      }
      await db.tx(async (tx) => {
        const fresh = await insertEvents(tx, tenant.id, events, now);
        const texts = events
          .filter((event) => fresh.has(event.id))
          .map(({ text: html, severity }) => ({ html, urgent: severity === 'fatal' }));
        const store = { id: tenant.id, name: tenant.store_name };
        if (tells) await messages.enqueue(tx, { store, chatIds: tenant.owner_ids, texts });
      });
      // An owner who never started the alert bot hears nothing from it: until one was reached, the store speaks as well.
      return tells && (await wasReached(db, tenant.owner_ids));
    },
    async list(store, page) {
      return selectEvents(db, (await requireTenant(db, store)).id, page);
    },
    expire: () => deleteBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}
