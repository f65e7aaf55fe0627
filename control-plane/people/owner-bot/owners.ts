import type { Api } from 'grammy';
import type { Activate, BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import { countWaiting } from '../../fleet/operations/index.ts';
import { countTenantsByState } from '../../fleet/tenants/index.ts';
import { selectIncidentsById } from '../../monitoring/alerts/index.ts';
import type { Inbox } from '../../platform/inbox.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { createBotApi, editOr, sendHtml } from '../../platform/telegram/index.ts';
import { mailboxTask } from '../mailbox/mailbox.ts';
import { type OwnerMessages, replaceMessage, selectAlone } from '../owner-messages/index.ts';
import { createSalesReader } from '../sales/between.ts';
import { createOwnerBot } from './bot.ts';
import type { BotDeps } from './context.ts';
import { createMoment, type Moment } from './copy/words.ts';
import { createDigest } from './digest/digest.ts';
import { incidentKeyboard, incidentText, isOver } from './messages/incident.ts';
import { createOwnerMailbox } from './messages/mailbox.ts';
import { createMutes } from './mutes.ts';

const TIMEOUT_SECONDS = 15;

export type Owners = {
  /** Makes the digest of today, once. */
  digest(): Promise<void>;
  /** Forgets updates that cannot come again. */
  expire(): Promise<void>;
  /** None without a token. */
  tasks: readonly BackgroundTask[];
};

/** What only an alert bot needs. */
export type OwnerBotAccess = {
  token: string;
  /** Wakes the task that sends what waits for the owners. */
  activateMessages: Activate;
  /** Incidents whose messages may tell less than what is so now, by their ids. */
  changedIncidents: Inbox<number>;
};

/** The owners' side of the control plane: what is sent to them, what listens to them, and their morning's digest. */
export function createOwners(
  deps: Omit<BotDeps, 'moment' | 'mutes' | 'refresh' | 'tenantsByState' | 'waiting'> & {
    /** Undefined where there is no alert bot. */
    bot: OwnerBotAccess | undefined;
    apiRoot: string;
    messages: OwnerMessages;
    secrets: Secrets;
    ownerIds: readonly number[];
    timeZone: string;
    connectionString: string;
    /** An alert of this kind was sent. */
    sent(kind: string): void;
  },
): Owners {
  const { bot: access, db, clock, apiRoot, timeZone } = deps;
  const tenantsByState = () => countTenantsByState(db);
  const waiting = () => countWaiting(db, clock.now());
  const digest = createDigest({
    ...deps,
    tenantsByState,
    sales: createSalesReader(deps),
    backups: deps.backups?.summary,
  });
  if (!access) return { digest, expire: async () => {}, tasks: [] };
  const { token, activateMessages, changedIncidents } = access;
  const api = createBotApi(token, apiRoot, TIMEOUT_SECONDS);
  const moment = createMoment(timeZone);
  const mutes = createMutes({ ...deps, onChanged: activateMessages });
  const refresh = changedIncidents.add;
  const bot = createOwnerBot({
    ...{ ...deps, tenantsByState, waiting, token, api, moment, refresh, mutes },
    onConnected: activateMessages,
  });
  return {
    digest,
    expire: bot.expire,
    tasks: [
      mailboxTask({ name: 'owner-messages', mailbox: createOwnerMailbox({ ...deps, api, moment }), log: deps.log }),
      incidentMessagesTask({ ...deps, api, moment, changed: changedIncidents }),
      bot.task,
    ],
  };
}

/** Brings the messages of every owner about an incident up to what is so now. What cannot be edited now stays as it is. */
function incidentMessagesTask(deps: {
  db: Db;
  api: Api;
  moment: Moment;
  log: Log;
  changed: Inbox<number>;
}): BackgroundTask {
  const { db, api, moment, log, changed } = deps;

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

  return {
    name: 'incident-messages',
    waitsAtStart: true,
    async run() {
      for (const id of changed.take()) {
        await refresh(id).catch((err) =>
          log.warn({ err, incident: id }, 'a message about an incident was not brought up to date'),
        );
      }
    },
  };
}
