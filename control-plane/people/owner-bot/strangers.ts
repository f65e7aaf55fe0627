import type { User } from 'grammy/types';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import type { Alerts } from '../../monitoring/alerts/index.ts';
import { forStoreOwner, REFUSAL } from './copy/people.ts';
import { selectStoresOwnedBy } from './sql.ts';

const DAY_MS = 86_400_000;
/** The same person is answered once in this time. */
const QUIET_MS = 10 * 60_000;
/** So many people are answered in that time; the rest of a flood is dropped without a look at the database. */
const MOST_ANSWERED = 30;

export type Strangers = {
  /** What to answer to somebody who is no owner of this control plane; undefined for nothing. */
  meet(person: User, wrote: string): Promise<string | undefined>;
};

/** Refuses people politely, and has it recorded and told once per person and day. */
export function createStrangers(deps: {
  db: Db;
  clock: Clock;
  log: Log;
  alerts: Pick<Alerts, 'notify'>;
  audit: Audit;
  callerOf(id: number): Caller;
}): Strangers {
  const { db, clock, log } = deps;
  /** When each was answered; begins anew with each window, so that it stays small. */
  let answered = new Set<number>();
  let windowEnds = 0;

  async function report({ id, username, first_name: name }: User, wrote: string): Promise<void> {
    const day = Math.floor(clock.now().getTime() / DAY_MS);
    await db.tx(async (tx) => {
      const isNew = await deps.alerts.notify(tx, {
        kind: 'forbidden',
        key: `forbidden:${id}:${day}`,
        severity: 'info',
        detail: `${name}${username === undefined ? '' : ` (@${username})`}, id ${id}, menulis: ${wrote.slice(0, 100)}`,
      });
      if (!isNew) return;
      const entry = { action: 'ownerbot.use', target: 'ownerbot', result: 'denied' };
      await deps.audit.record(tx, deps.callerOf(id), entry);
    });
  }

  return {
    async meet(person, wrote) {
      const now = clock.now().getTime();
      if (now >= windowEnds) {
        answered = new Set();
        windowEnds = now + QUIET_MS;
      }
      if (answered.has(person.id) || answered.size >= MOST_ANSWERED) return undefined;
      answered.add(person.id);
      if (answered.size === MOST_ANSWERED)
        log.warn({}, 'many strangers write to the owner bot: no more are answered now');
      const stores = await selectStoresOwnedBy(db, person.id);
      if (stores.length > 0) return forStoreOwner(stores);
      await report(person, wrote);
      return REFUSAL;
    },
  };
}
