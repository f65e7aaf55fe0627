import type { Api } from 'grammy';
import type { Message } from 'grammy/types';
import type { Db } from '../../../../kernel/db.ts';
import { attempt, editOr, type Outcome } from '../../../bot/telegram.ts';
import { progress } from './copy.ts';
import { controls } from './keyboards.ts';
import { type Pace, PER_SECOND } from './pace.ts';
import type { Broadcast } from './schema.ts';
import { setProgressMessage, tallyOf } from './sql.ts';

const EVERY_MS = 3000;

export type Progress = {
  due(): boolean;
  /** Brings the message to what is; sends it where there is none. */
  show(): Promise<void>;
  /** Removes it: the report takes its place. */
  erase(): Promise<void>;
};

/** One message to whoever leads the broadcast, edited every few seconds. A lost one matters to nobody. */
export function createProgress(deps: { db: Db; api: Api; pace: Pace }, broadcast: Broadcast): Progress {
  const { db, api, pace } = deps;
  const { id, ledBy } = broadcast;
  let messageId = broadcast.progressMessageId ?? undefined;
  let notBefore = 0;

  const screen = async () => ({
    text: progress(await tallyOf(db, id), PER_SECOND),
    options: { parse_mode: 'HTML' as const, reply_markup: controls({ id, status: 'running' }) },
  });

  async function renew(): Promise<Outcome<Message>> {
    const { text, options } = await screen();
    const sent = await attempt(() => api.sendMessage(ledBy, text, { ...options, disable_notification: true }));
    if (sent.kind === 'ok') {
      messageId = sent.value.message_id;
      await setProgressMessage(db, id, messageId);
    }
    return sent;
  }

  return {
    due: () => performance.now() >= notBefore,
    async show() {
      notBefore = performance.now() + EVERY_MS;
      const target = messageId;
      if (target === undefined) {
        wait(await renew());
        return;
      }
      const { text, options } = await screen();
      wait(await editOr(() => api.editMessageText(ledBy, target, text, options), renew));
    },
    async erase() {
      const target = messageId;
      if (target !== undefined) await attempt(() => api.deleteMessage(ledBy, target));
    },
  };

  function wait(outcome: Outcome<unknown>): void {
    if (outcome.kind === 'later' && outcome.untaken) pace.pause(outcome.afterMs);
  }
}
