import type { Api } from 'grammy';
import type { Message } from 'grammy/types';
import type { Db } from '../../../../kernel/db.ts';
import { attempt } from '../../../bot/telegram.ts';
import { isContent } from './content.ts';
import type { Fate } from './deliver.ts';
import type { Pace } from './pace.ts';
import { noteAnswered, type Run } from './run.ts';
import { candidates, markSent, markUnsent, nextUnsure, release } from './sql-recipients.ts';

/** A call whose answer was lost has ended after so long, also at Telegram's side. */
const SETTLE_MS = 10_000;
/** Messages of one bot that may have been sent meanwhile, within an outage; beyond that nobody looks. */
const MOST_CANDIDATES = 500;
/** Between two looks while messages go out, and after one that put a message into a chat. */
const GAP_MS = 250;
const CHAT_GAP_MS = 1000;
/** How often the removal of a copy is tried. */
const MOST_REMOVALS = 10;

export type Lookup = {
  /** Whether there is something to look up and it is time to. */
  due(): boolean;
  /** Makes one call at most. Answers what it found out, if that is the last word on a recipient. */
  step(): Promise<Fate | 'unknown' | undefined>;
};

/**
 * Finds out whether a message whose answer was lost is in its chat. Telegram has no call for that; but all private
 * messages of a bot are numbered in one row, so that the lost one has a number between two that are known, and a message
 * can be forwarded by its number: silently, to the admin who leads the broadcast, and deleted there at once.
 */
export function createLookup(deps: { db: Db; api: Api; pace: Pace }, run: Run): Lookup {
  const { db, api, pace } = deps;
  const { broadcast } = run;
  let open: { userId: number; numbers: number[] } | undefined;
  let notBefore = 0;

  async function begin(): Promise<typeof open | 'unknown'> {
    const unsure = await nextUnsure(db, broadcast.id, SETTLE_MS);
    if (!unsure) return undefined;
    const { userId, sentAfter, sentBefore } = unsure;
    const bounds = { after: sentAfter ?? 0, before: sentBefore, limit: MOST_CANDIDATES + 1 };
    const numbers = sentAfter === null || sentAfter >= sentBefore ? [] : await candidates(db, broadcast.id, bounds);
    const known = sentAfter !== null && sentAfter < sentBefore && numbers.length <= MOST_CANDIDATES;
    if (known) return { userId, numbers };
    return close(userId, 'too many messages were sent meanwhile');
  }

  async function close(userId: number, reason: string): Promise<'unknown'> {
    await markUnsent(db, broadcast.id, userId, 'unknown', reason);
    run.unsure -= 1;
    open = undefined;
    return 'unknown';
  }

  /** The message of this number in the chat of this person, if there is one. */
  async function look(userId: number, messageId: number): Promise<Message | 'none' | 'later' | 'impossible'> {
    const copy = await attempt(() =>
      api.forwardMessage(broadcast.ledBy, userId, messageId, { disable_notification: true }),
    );
    if (copy.kind === 'refused') return 'none';
    if (copy.kind === 'unreachable') return 'impossible';
    if (copy.kind === 'later') {
      pace.pause(copy.afterMs);
      return 'later';
    }
    notBefore = performance.now() + CHAT_GAP_MS;
    noteAnswered(run, copy.value.message_id);
    await removeCopy(copy.value.message_id);
    return copy.value;
  }

  /** It may be something that a customer wrote or bought: it stays in nobody else's chat because Telegram was busy. */
  async function removeCopy(messageId: number): Promise<void> {
    for (let made = 0; made < MOST_REMOVALS; made += 1) {
      await pace.turn();
      const gone = await attempt(() => api.deleteMessage(broadcast.ledBy, messageId));
      if (gone.kind !== 'later') return;
      pace.pause(gone.afterMs);
    }
  }

  return {
    due: () => run.unsure > 0 && performance.now() >= notBefore,
    async step() {
      notBefore = performance.now() + GAP_MS;
      const begun = open ?? (await begin());
      if (begun === 'unknown' || begun === undefined) return begun;
      open = begun;
      const { userId, numbers } = begun;
      const [messageId] = numbers;
      if (messageId === undefined) {
        await release(db, broadcast.id, userId);
        run.unsure -= 1;
        open = undefined;
        return 'again';
      }
      const found = await look(userId, messageId);
      if (found === 'later') return undefined;
      if (found === 'impossible') return close(userId, 'there is no chat to look it up in');
      numbers.shift();
      if (found === 'none' || !isOurs(found)) return undefined;
      await markSent(db, broadcast.id, userId, messageId);
      run.unsure -= 1;
      open = undefined;
      return 'sent';
    },
  };

  function isOurs(message: Message): boolean {
    const origin = message.forward_origin;
    return origin?.type === 'user' && origin.sender_user.is_bot && isContent(message, broadcast);
  }
}
