import { Api } from 'grammy';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Waker } from '../../../kernel/waker.ts';
import { selectIncidentsById } from '../../monitoring/alerts/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { type OwnerMessages, replaceMessage, selectAlone } from '../owner-messages/index.ts';
import { createOwnerBot, type OwnerBot } from './bot.ts';
import type { BotParts } from './context.ts';
import { createMoment, type Moment } from './copy/words.ts';
import { createDigest, DIGEST_CRON } from './digest/digest.ts';
import { createSalesReader } from './digest/sales.ts';
import { createMutes } from './mutes.ts';
import { incidentKeyboard, incidentText, isOver } from './saying/incident.ts';
import { createMessenger } from './saying/messenger.ts';
import { editOr, sendHtml } from './telegram.ts';

const TIMEOUT_SECONDS = 15;

/** What speaks to owners; it needs nothing of what it speaks about but the rows. */
type Voice = {
  api: Api;
  moment: Moment;
  messenger: Waker;
  /** Brings the messages about an incident up to what is so now. */
  refresh(incidentId: number): void;
};

export function createVoice(deps: {
  db: Db;
  clock: Clock;
  log: Log;
  token: string;
  apiRoot: string;
  timeZone: string;
  /** An alert of this kind was said. */
  sent(kind: string): void;
}): Voice {
  const api = new Api(deps.token, { apiRoot: deps.apiRoot, timeoutSeconds: TIMEOUT_SECONDS });
  const moment = createMoment(deps.timeZone);
  const parts = { ...deps, api, moment };
  return { api, moment, messenger: createMessenger(parts), refresh: createRefresher(parts) };
}

export type Owners = {
  /** Undefined without a token for it. */
  bot: OwnerBot | undefined;
  /** Makes the digest of today, once. */
  digest(): Promise<void>;
  /** What goes on by itself, in the order of starting. */
  background: { name: string; start(): void | Promise<void>; stop(): Promise<void> }[];
};

/** The owners' side of the control plane: what speaks to them, what listens to them, and their morning's digest. */
export function createOwners(
  deps: Omit<BotParts, 'moment' | 'mutes' | 'refresh'> & {
    voice: Voice | undefined;
    token: string | undefined;
    apiRoot: string;
    messages: OwnerMessages;
    secrets: Secrets;
    ownerIds: readonly number[];
    timeZone: string;
    connectionString: string;
    /** Sends the digest's job at the times of a schedule. */
    schedule(schedule: { key: string; cron: string; timezone: string }): Promise<void>;
  },
): Owners {
  const { voice, token, timeZone } = deps;
  const digest = createDigest({ ...deps, sales: createSalesReader(deps), backups: deps.backups?.summary });
  const daily = {
    name: 'owner digest',
    start: () => deps.schedule({ key: 'daily', cron: DIGEST_CRON, timezone: timeZone }),
    stop: async () => {},
  };
  if (voice === undefined || token === undefined) return { bot: undefined, digest, background: [] };
  const { api, moment, messenger, refresh } = voice;
  const mutes = createMutes({ ...deps, onChanged: messenger.wake });
  const bot = createOwnerBot({ ...deps, token, api, moment, refresh, mutes, onConnected: messenger.wake });
  return { bot, digest, background: [{ name: 'messenger', ...messenger }, { name: 'owner bot', ...bot }, daily] };
}

/** Brings the messages of every owner about one incident up to what is so now. What cannot be edited now stays as it is. */
function createRefresher(deps: { db: Db; api: Api; moment: Moment; log: Log }): (incidentId: number) => void {
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
