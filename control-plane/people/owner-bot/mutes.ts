import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Audit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import { endMutes, type Mute, selectMutes, upsertMute } from './mutes-sql.ts';

export const HOUR_MINUTES = 60;
const MOST_MINUTES = 7 * 1440;
const UNITS: Record<string, number> = { m: 1, h: 60, d: 1440 };

/** What an owner asked to mute; a store by its slug, everything with null. */
export type MuteWish = { store: string | null; minutes: number };

/** Reads `[slug] [duration]`, such as `warung 2h`. Undefined for what cannot be read. */
export function parseMute(words: string): MuteWish | undefined {
  const [, store = null, amount, unit] =
    /^(?:([a-z][a-z0-9-]{1,30})(?=\s|$))?\s*(?:(\d{1,5})([mhd]))?$/.exec(words.trim().toLowerCase()) ?? [];
  if (words.trim() !== '' && store === null && amount === undefined) return undefined;
  const minutes = amount === undefined ? HOUR_MINUTES : Number(amount) * (UNITS[unit ?? 'm'] ?? 1);
  return minutes >= 1 && minutes <= MOST_MINUTES ? { store, minutes } : undefined;
}

/** What owners do not want to hear of for a while; each for their own chat. */
export type Mutes = {
  /** @returns when it ends */
  begin(chatId: number, of: { tenantId: string; store: string } | null, minutes: number, caller: Caller): Promise<Date>;
  /** Of a store, or whatever there is with undefined. @returns how many ended */
  end(chatId: number, of: { tenantId: string; store: string } | undefined, caller: Caller): Promise<number>;
  list(chatId: number): Promise<Mute[]>;
};

export function createMutes(deps: { db: Db; clock: Clock; audit: Audit; onChanged(): void }): Mutes {
  const { db, clock, audit } = deps;
  const targetOf = (of: { store: string } | null | undefined) => (of ? `tenant:${of.store}` : 'ownerbot');
  return {
    begin: (chatId, of, minutes, caller) =>
      db.tx(async (tx) => {
        const now = clock.now();
        const until = new Date(now.getTime() + minutes * 60_000);
        await upsertMute(tx, { chatId, tenantId: of?.tenantId ?? null, now, until });
        const entry = { action: 'ownerbot.mute', target: targetOf(of), after: { minutes }, result: 'done' };
        await audit.record(tx, caller, entry);
        // The messenger learns when it ends.
        tx.afterCommit(deps.onChanged);
        return until;
      }),
    end: (chatId, of, caller) =>
      db.tx(async (tx) => {
        const ended = await endMutes(tx, chatId, of?.tenantId, clock.now());
        if (ended === 0) return 0;
        await audit.record(tx, caller, { action: 'ownerbot.unmute', target: targetOf(of), result: 'done' });
        tx.afterCommit(deps.onChanged);
        return ended;
      }),
    list: (chatId) => selectMutes(db, chatId, clock.now()),
  };
}
