import type { Api } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { selectIncidentsById } from '../../../monitoring/alerts/index.ts';
import { sendHtml } from '../../../platform/telegram/index.ts';
import { type Mailbox, PACE_MS } from '../../mailbox/mailbox.ts';
import { markRefused, markSent, openMessages, selectAnswered } from '../../owner-messages/index.ts';
import type { Moment } from '../copy/words.ts';
import { deleteMute, nextEndOfMute, selectEndedMutes } from '../mutes-sql.ts';
import { type ComposedMessage, composeNext } from './compose.ts';

/** So many alerts reach a chat one by one; what comes on top is gathered and told in one message that counts. */
const MOST_IN_WINDOW = 10;

const WINDOW_MS = 60_000;

/** Counts the alerts of each chat. Kept in memory: a restart only lets a few more through. */
type AlertLimiter = {
  /** Milliseconds until another may be sent; 0 for now. */
  waitMs(chatId: number): number;
  pass(chatId: number): void;
};

export function createAlertLimiter(now: () => number = () => performance.now()): AlertLimiter {
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

/** So many events of a store, and incidents, are read for the next message to a chat. */
const MOST = { texts: 50, incidents: 2000 };
/** The clock of this process and that of the rows agree so well. */
const SLACK_MS = 50;

/** What waits for the owners, one message to each chat at a time, sent through the alert bot. */
export function createOwnerMailbox(deps: {
  db: Db;
  api: Api;
  clock: Clock;
  log: Log;
  moment: Moment;
  /** Of the control plane, now. */
  ownerIds: readonly number[];
  /** An alert of this kind was sent. */
  sent(kind: string): void;
}): Mailbox<ComposedMessage & { chatId: number }> {
  const { db, api, clock, log, moment } = deps;
  const limiter = createAlertLimiter();
  /** Which store spoke last in each of the owners' chats. */
  const spokeLast = new Map<number, string>();
  /** Milliseconds until the alerts that were held back may be sent. */
  let heldMs: number | undefined;

  return {
    async *pages() {
      const now = clock.now();
      heldMs = undefined;
      const rows = await openMessages(db, { now, ...MOST, ownerIds: deps.ownerIds });
      const ended = Map.groupBy(await selectEndedMutes(db, now), ({ chatId }) => chatId);
      const chats = Map.groupBy(rows, ({ chatId }) => chatId);
      for (const chatId of ended.keys()) if (!chats.has(chatId)) chats.set(chatId, []);
      const ids = [...new Set(rows.flatMap(({ incidentId }) => incidentId ?? []))];
      const incidents = new Map((await selectIncidentsById(db, ids)).map((incident) => [incident.id, incident]));
      const page = [];
      for (const [chatId, waiting] of chats) {
        const message = composeNext(waiting, incidents, {
          mute: ended.get(chatId)?.[0],
          spokeLast: spokeLast.get(chatId),
          mayAlert: limiter.waitMs(chatId) === 0,
          now,
          moment,
        });
        if (message?.source !== undefined) spokeLast.set(chatId, message.source);
        if (message) page.push({ ...message, chatId });
        else heldMs = Math.min(heldMs ?? Number.POSITIVE_INFINITY, Math.max(PACE_MS, limiter.waitMs(chatId)));
      }
      yield page;
    },
    async send({ chatId, text, keyboard, answers }) {
      const replyTo = answers && (await selectAnswered(db, answers, chatId));
      return sendHtml(api, chatId, text, { keyboard, replyTo });
    },
    async record({ chatId, ids, alone, kinds, mute }, sent) {
      if ('refused' in sent)
        log.error({ chatId, reason: sent.refused }, 'an owner must start the alert bot to be told');
      await db.tx(async (tx) => {
        if ('refused' in sent) await markRefused(tx, ids, sent.refused);
        else await markSent(tx, ids, clock.now(), alone ? sent.messageId : undefined);
        if (mute) await deleteMute(tx, mute);
      });
      if (!('refused' in sent)) for (const kind of kinds) deps.sent(kind);
      if (kinds.length > 0) limiter.pass(chatId);
    },
    async nextMs() {
      const now = clock.now();
      const unmuted = await nextEndOfMute(db, now);
      const waits = [heldMs, unmuted && unmuted.getTime() - now.getTime() + SLACK_MS];
      const known = waits.filter((wait) => wait !== undefined);
      return known.length > 0 ? Math.min(...known) : undefined;
    },
  };
}
