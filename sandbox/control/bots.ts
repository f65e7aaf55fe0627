import { z } from 'zod';
import { createArgs } from '../telegram/args.ts';
import type { Bot } from '../telegram/bot.ts';
import type { Sandbox } from '../types.ts';
import { type Declare, waitMillis } from './route.ts';

const botParams = z.object({ bot: z.coerce.number() });

const newBot = z.strictObject({
  token: z.string().optional(),
  username: z.string().optional(),
  name: z.string().optional(),
});
const newUser = z.strictObject({
  id: z.int().positive().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  username: z.string().optional(),
});
const crowd = z.strictObject({
  ids: z.array(z.int().positive()).min(1).max(10_000),
  /** Those of them who have blocked the bot. */
  blocked: z.array(z.int().positive()).default([]),
  /** Those of them whose accounts are deleted. */
  deactivated: z.array(z.int().positive()).default([]),
});
const update = z.looseObject({ update_id: z.int() });
const callQuery = z.object({
  botId: z.coerce.number().optional(),
  method: z.string().optional(),
  chatId: z.coerce.number().optional(),
  since: z.coerce.number().optional(),
});

const botView = (bot: Bot) => ({
  id: bot.user.id,
  token: bot.token,
  username: bot.user.username ?? '',
  name: bot.user.first_name,
  pendingUpdates: bot.updates.pending.length,
  webhookUrl: bot.webhook?.url ?? '',
});

export type BotView = ReturnType<typeof botView>;

/** Bots, people, and the record of what the bots called. */
export function botRoutes({ telegram }: Sandbox, declare: Declare): void {
  declare(
    'POST',
    '/bots',
    'create a bot {token?, username?, name?}; the same token again answers the same bot',
    { body: newBot },
    ({ body }) => botView(telegram.createBot(body)),
  );
  declare('GET', '/bots', 'list the bots', {}, () => telegram.bots().map(botView));
  declare('POST', '/users', 'create a person {id?, firstName?, lastName?, username?}', { body: newUser }, ({ body }) =>
    telegram.createUser(body),
  );
  declare('GET', '/users', 'list the people', {}, () => telegram.users());
  declare(
    'POST',
    '/bots/:bot/crowd',
    'people who wrote to the bot long ago {ids, blocked?, deactivated?}: their chats are there, no update is sent',
    { params: botParams, body: crowd },
    ({ params, body }) => {
      const bot = telegram.bot(params.bot);
      const [blocked, deactivated] = [new Set(body.blocked), new Set(body.deactivated)];
      for (const id of body.ids) {
        const person = telegram.createUser({ id, firstName: `Orang ${id}` });
        const refusal = deactivated.has(id) ? 'deactivated' : undefined;
        telegram.people.settle(bot, person, { blocked: blocked.has(id), refusal });
      }
      return { created: body.ids.length };
    },
  );
  declare(
    'POST',
    '/bots/:bot/updates',
    'inject a raw update {update_id, …}: any id, out of order, twice',
    { params: botParams, body: update },
    ({ params, body }) => {
      const chat = chatIdOf(body);
      telegram.bot(params.bot).updates.inject(body, chat);
    },
  );
  declare('GET', '/bots/:bot/webhook', 'getWebhookInfo of a bot', { params: botParams }, async ({ params }) => {
    const { token } = telegram.bot(params.bot);
    const signal = new AbortController().signal;
    const answer = await telegram.dispatch({ token, method: 'getWebhookInfo', args: createArgs({}), signal });
    return typeof answer === 'symbol' ? {} : answer.body;
  });
  declare(
    'GET',
    '/bots/:bot/files/:file',
    'the bytes of a file by its file_id',
    { params: botParams.extend({ file: z.string() }) },
    ({ params, reply }) => {
      const file = telegram.bot(params.bot).files.byId(params.file);
      if (!file) return reply.code(404).send({ error: 'There is no such file.' });
      return reply.type('application/octet-stream').send(file.bytes);
    },
  );
  declare(
    'GET',
    '/calls',
    'calls of the Bot API, except getUpdates ?botId&method&chatId&since',
    { body: callQuery },
    ({ body }) => telegram.calls(body),
  );
  declare(
    'POST',
    '/calls/wait',
    'long poll until count calls match {botId?, method?, chatId?, since?, count?, timeoutMillis}',
    { body: callQuery.extend({ count: z.int().min(1).default(1), timeoutMillis: waitMillis }) },
    async ({ body: { count, timeoutMillis, ...filter } }) => {
      const look = () => {
        const calls = telegram.calls(filter);
        return calls.length >= count ? calls : undefined;
      };
      return { found: (await telegram.called.until(look, timeoutMillis)) ?? null };
    },
  );
}

/** The chat of a raw update, wherever its kind keeps it. */
function chatIdOf(raw: Record<string, unknown>): number | undefined {
  for (const value of Object.values(raw)) {
    const part = value as { chat?: { id?: number }; from?: { id?: number } } | null;
    const id = part?.chat?.id ?? part?.from?.id;
    if (typeof id === 'number') return id;
  }
  return undefined;
}
