import type { Api } from 'grammy';
import type { Db } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import { selectIncidentsById } from '../alerts/index.ts';
import { selectAlone } from '../owner-messages/index.ts';
import type { Moment } from './copy/words.ts';
import { incidentKeyboard, incidentText, isOver } from './saying/incident.ts';
import { isHarmless } from './telegram.ts';

/** Brings the messages of every owner about one incident up to what is so now. What cannot be edited now stays as it is. */
export function createRefresher(deps: { db: Db; api: Api; moment: Moment; log: Log }): (incidentId: number) => void {
  const { db, api, moment, log } = deps;

  async function refresh(id: number): Promise<void> {
    const [incident] = await selectIncidentsById(db, [id]);
    if (!incident) return;
    const text = incidentText(incident, isOver(incident), moment);
    for (const { chatId, messageId } of await selectAlone(db, id)) {
      const options = { parse_mode: 'HTML' as const, reply_markup: incidentKeyboard(incident) };
      await api.editMessageText(chatId, messageId, text, options).catch((error) => {
        if (!isHarmless(error)) throw error;
      });
    }
  }

  return (id) => {
    refresh(id).catch((err) =>
      log.warn({ err, incident: id }, 'a message about an incident was not brought up to date'),
    );
  };
}
