import type { Transformer } from 'grammy';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { fallback } from '../../../bot/fallback.ts';
import type { Templates } from './service.ts';

/** For a client of the Bot API: a message that Telegram refuses for its template is sent with the default one, which stays. */
export function templateFallback(deps: { db: Db; templates: Templates; log: Log }): Transformer {
  const { db, templates } = deps;
  return fallback(async (text) => {
    const found = await templates.fallbackFor(db, text);
    if (!found) return undefined;
    return {
      text: found.text,
      // The message is sent: what fails here must not send it again. The next refusal puts the template back.
      onSent: (description) =>
        db
          .tx((tx) => templates.rollBackRefused(tx, found, description))
          .catch((err) => deps.log.warn({ err, key: found.key }, 'a refused template is still there')),
    };
  });
}
