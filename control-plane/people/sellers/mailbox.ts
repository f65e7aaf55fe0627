import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { createBotApi, isTokenFault, sendText } from '../../platform/telegram/index.ts';
import type { Mailbox } from '../mailbox/mailbox.ts';
import { isUnsent, markRefused, markSent, type SellerMessage, selectNextUnsent } from './sql.ts';

const PAGE = 100;

/** What waits for the sellers, each message sent with the bot of its own store. */
export function createSellerMailbox(deps: {
  db: Db;
  clock: Clock;
  apiRoot: string;
  /** Token of a store's bot; undefined when it has none. */
  tokenOf(tenantId: string): Promise<string | undefined>;
}): Mailbox<SellerMessage> {
  const { db, clock, apiRoot } = deps;
  return {
    async *pages() {
      for (let after = 0; ; ) {
        const page = await selectNextUnsent(db, after, PAGE);
        yield page;
        if (page.length < PAGE) return;
        after = page.at(-1)?.id ?? after;
      }
    },
    async send({ id, tenantId, chatId, text }) {
      // Its store's affairs may have changed since it was read.
      if (!(await isUnsent(db, id))) return undefined;
      const token = await deps.tokenOf(tenantId);
      if (token === undefined) return { refused: 'no bot' };
      try {
        return await sendText(createBotApi(token, apiRoot), chatId, text);
      } catch (error) {
        if (isTokenFault(error)) return { refused: 'Telegram does not know the token of the bot' };
        throw error;
      }
    },
    async record({ id }, sent) {
      if ('refused' in sent) await markRefused(db, id, sent.refused);
      else await markSent(db, id, clock.now());
    },
  };
}
