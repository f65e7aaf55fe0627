import type { Api } from 'grammy';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import { selectIncidentsById } from '../../monitoring/alerts/index.ts';
import { replaceMessage, selectAlone } from '../owner-messages/index.ts';
import type { Moment } from './copy/words.ts';
import { incidentKeyboard, incidentText, isOver } from './saying/incident.ts';
import { editOr, sendHtml } from './telegram.ts';

/** Brings the messages of every owner about one incident up to what is so now. What cannot be edited now stays as it is. */
export function createRefresher(deps: { db: Db; api: Api; moment: Moment; log: Log }): (incidentId: number) => void {
  const { db, api, moment, log } = deps;

  async function refresh(id: number): Promise<void> {
    const [incident] = await selectIncidentsById(db, [id]);
    if (!incident) return;
    const text = incidentText(incident, isOver(incident), moment);
    for (const { chatId, messageId } of await selectAlone(db, id)) {
      const keyboard = incidentKeyboard(incident);
      await editOr(
        () => api.editMessageText(chatId, messageId, text, { parse_mode: 'HTML', reply_markup: keyboard }),
        async (means) => {
          // An owner who deleted it, or the bot, does not want to read it again.
          if (means === 'gone' || means === 'unreachable') return;
          const said = await sendHtml(api, chatId, text, { keyboard });
          if ('messageId' in said) await replaceMessage(db, { chatId, from: messageId, to: said.messageId });
        },
      );
    }
  }

  return (id) => {
    refresh(id).catch((err) =>
      log.warn({ err, incident: id }, 'a message about an incident was not brought up to date'),
    );
  };
}
