import type { Api } from 'grammy';
import type { BackgroundTask } from '../../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../../kernel/backoff.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { type IncidentRow, selectIncidentsById } from '../../../monitoring/alerts/index.ts';
import { markRefused, markSent, type OwnerMessage, openMessages, selectAnswered } from '../../owner-messages/index.ts';
import type { Moment } from '../copy/words.ts';
import { deleteMute, type Mute, nextEndOfMute, selectEndedMutes } from '../mutes-sql.ts';
import { sendHtml } from '../telegram.ts';
import { nextSaying, type Saying } from './next.ts';

/** So many alerts reach a chat one by one; what comes on top is gathered and told in one message that counts. */
const MOST_IN_WINDOW = 10;

const WINDOW_MS = 60_000;

/** Counts the alerts of each chat. Kept in memory: a restart only lets a few more through. */
type AlertGate = {
  /** Milliseconds until another may be said; 0 for now. */
  waitMs(chatId: number): number;
  pass(chatId: number): void;
};

export function createGate(now: () => number = () => performance.now()): AlertGate {
  const passed = new Map<number, number[]>();
  return {
    waitMs(chatId) {
      const times = passed.get(chatId) ?? [];
      const oldest = times.at(-MOST_IN_WINDOW);
      return oldest === undefined ? 0 : Math.max(0, oldest + WINDOW_MS - now());
    },
    pass(chatId) {
      passed.set(chatId, [...(passed.get(chatId) ?? []), now()].slice(-MOST_IN_WINDOW));
    },
  };
}

/** So many events of a store, and incidents, are looked at for the next message to a chat. */
const MOST = { texts: 50, incidents: 2000 };
/** One message a second per chat is what Telegram takes; meanwhile more may come and share the next. */
const PACE_MS = 1100;
const RETRY = { firstMs: 2_000, maxMs: 5 * 60_000 };

/** Says to the owners, through the alert bot, what waits for them: again until Telegram has taken or refused it. */
export function ownerMessagesTask(deps: {
  db: Db;
  api: Api;
  clock: Clock;
  log: Log;
  moment: Moment;
  /** An alert of this kind was said. */
  sent(kind: string): void;
}): BackgroundTask {
  const { db, api, clock, log } = deps;
  const gate = createGate();
  /** Which store spoke last in each of the owners' chats. */
  const spokeLast = new Map<number, string>();

  async function say(chatId: number, saying: Saying): Promise<'done' | 'later'> {
    try {
      const replyTo = saying.answers && (await selectAnswered(db, saying.answers, chatId));
      const said = await sendHtml(api, chatId, saying.text, { keyboard: saying.keyboard, replyTo });
      if ('refused' in said)
        log.error({ chatId, reason: said.refused }, 'an owner must start the alert bot to be told');
      await db.tx(async (tx) => {
        if ('refused' in said) await markRefused(tx, saying.ids, said.refused);
        else await markSent(tx, saying.ids, clock.now(), saying.alone ? said.messageId : undefined);
        if (saying.mute) await deleteMute(tx, saying.mute);
      });
      if (!('refused' in said)) for (const kind of saying.kinds) deps.sent(kind);
      return 'done';
    } catch (error) {
      log.warn({ chatId, err: error }, 'an owner could not be told, will try again');
      return 'later';
    }
  }

  async function turn(
    chatId: number,
    waiting: readonly OwnerMessage[],
    incidents: ReadonlyMap<number, IncidentRow>,
    mute: Mute | undefined,
  ): Promise<'done' | 'later' | 'nothing'> {
    const saying = nextSaying(waiting, incidents, {
      mute,
      spokeLast: spokeLast.get(chatId),
      mayAlert: gate.waitMs(chatId) === 0,
      now: clock.now(),
      moment: deps.moment,
    });
    if (!saying) return 'nothing';
    if (saying.source !== undefined) spokeLast.set(chatId, saying.source);
    const result = await say(chatId, saying);
    if (result === 'done' && saying.kinds.length > 0) gate.pass(chatId);
    return result;
  }

  /** One message to each chat that something waits for. @returns in how many milliseconds there may be more */
  async function round(): Promise<number | undefined> {
    const now = clock.now();
    const rows = await openMessages(db, { now, ...MOST });
    const ended = Map.groupBy(await selectEndedMutes(db, now), ({ chatId }) => chatId);
    const chats = Map.groupBy(rows, ({ chatId }) => chatId);
    for (const chatId of ended.keys()) if (!chats.has(chatId)) chats.set(chatId, []);
    const ids = [...new Set(rows.flatMap(({ incidentId }) => incidentId ?? []))];
    const incidents = new Map((await selectIncidentsById(db, ids)).map((incident) => [incident.id, incident]));
    const waits: number[] = [];
    let faults = 0;
    for (const [chatId, waiting] of chats) {
      const result = await turn(chatId, waiting, incidents, ended.get(chatId)?.[0]);
      if (result === 'later') faults += 1;
      waits.push(result === 'done' ? PACE_MS : Math.max(PACE_MS, gate.waitMs(chatId)));
    }
    if (faults > 0) throw new Error('Telegram did not take a message');
    const unmuted = await nextEndOfMute(db, now);
    if (unmuted) waits.push(unmuted.getTime() - now.getTime() + 50);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  return { name: 'owner-messages', run: round, retryMs: (failures) => backoffMs(failures, RETRY) };
}
