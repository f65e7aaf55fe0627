import type { Clock } from '../../../kernel/clock.ts';
import { constantTimeEqual } from '../../../kernel/crypto.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { quoteHtml, textOfHtml } from '../../../kernel/html.ts';
import type { TenantEvent } from '../../api/contract/index.ts';
import { requireTenant, SECRET_NAMES, selectTenant, type TenantRow } from '../../fleet/tenants/index.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { countWaiting, type OwnerMessages, wasReached } from '../owner-messages/index.ts';
import { deleteBefore, insertEvents, type StoredEvent, selectEvents } from './sql.ts';
import { charge, countDropped, deleteUsageBefore, selectUsage } from './usage-sql.ts';

export type TenantEvents = {
  /** True when the token is the one that this store was given. */
  knows(store: string, token: string): Promise<boolean>;
  /**
   * Keeps events of a store, each id once, and queues them for its owners, quoted: nothing in them is a link, a mention or
   * markup of ours. False when nobody tells them here, none of them was reached so far, or the store has used up its budget
   * of the day: then nothing is kept, and the store tells its owners itself.
   */
  take(store: string, events: readonly TenantEvent[]): Promise<boolean>;
  list(store: string, page: { before: number | null; limit: number }): Promise<StoredEvent[]>;
  expire(): Promise<void>;
};

const KEEP_MS = 30 * 86_400_000;
/** Of one store: what comes on top waits with the store until some of it was said. */
const MOST_WAITING = 2000;
/** What one store may report on a day of UTC: about 10,000 sales. */
export const REPORT_BYTES_PER_DAY = 4 * 1024 * 1024;
/** What an event takes beside its text. */
const OVERHEAD_BYTES = 120;
/** Telegram takes 4096 characters, the store's name above it among them. */
const LONGEST_QUOTE = 3_800;

/** There was no room for it; the transaction is rolled back. */
class OverBudget extends Error {}

export function createTenantEvents(deps: {
  db: Db;
  secrets: Secrets;
  clock: Clock;
  messages: OwnerMessages;
  alerts: Pick<AlertSink, 'notify'>;
}): TenantEvents {
  const { db, secrets, clock, messages } = deps;

  async function keep(tx: Tx, tenant: TenantRow, events: readonly TenantEvent[], at: Date): Promise<TenantEvent[]> {
    const fresh = await insertEvents(tx, tenant.id, events, at);
    const kept = events.filter(({ id }) => fresh.delete(id));
    const room = { at, bytes: sizeOf(kept), budget: REPORT_BYTES_PER_DAY };
    if (kept.length > 0 && !(await charge(tx, tenant.id, room))) throw new OverBudget();
    return kept;
  }

  /** Counted always, told once a day. */
  async function drop({ id: tenantId, store, store_name: storeName }: TenantRow, events: readonly TenantEvent[]) {
    const at = clock.now();
    await db.tx(async (tx) => {
      if (!(await countDropped(tx, tenantId, { at, events: events.length, bytes: sizeOf(events) }))) return;
      await deps.alerts.notify(tx, {
        kind: 'reports_dropped',
        key: `reports:${tenantId}:${at.toISOString().slice(0, 10)}`,
        severity: 'warn',
        about: { tenantId, store, storeName },
        detail:
          `It has reported ${REPORT_BYTES_PER_DAY / 1024 / 1024} MiB today, which is all that is kept of one store. ` +
          'Until midnight UTC nothing more is; it tells its owners itself.',
      });
    });
  }

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
      // A flood costs no more than this look.
      const isSpent = (await selectUsage(db, tenant.id, now)).bytes + sizeOf(events) > REPORT_BYTES_PER_DAY;
      try {
        if (isSpent) throw new OverBudget();
        await db.tx(async (tx) => {
          const kept = await keep(tx, tenant, events, now);
          // However loud the store says that it is: a mute holds.
          const texts = kept.map(({ text }) => ({ html: quoteHtml(textOfHtml(text), LONGEST_QUOTE), urgent: false }));
          const store = { id: tenant.id, name: tenant.store_name };
          if (tells) await messages.enqueue(tx, { store, chatIds: tenant.owner_ids, texts });
        });
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error;
        await drop(tenant, events);
        return false;
      }
      // An owner who never started the alert bot hears nothing from it: until one was reached, the store speaks as well.
      return tells && (await wasReached(db, tenant.owner_ids));
    },
    async list(store, page) {
      return selectEvents(db, (await requireTenant(db, store)).id, page);
    },
    async expire() {
      const before = new Date(clock.now().getTime() - KEEP_MS);
      await deleteBefore(db, before);
      await deleteUsageBefore(db, before);
    },
  };
}

const sizeOf = (events: readonly TenantEvent[]): number =>
  events.reduce((sum, { text }) => sum + Buffer.byteLength(text) + OVERHEAD_BYTES, 0);
