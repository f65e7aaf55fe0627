import { z } from 'zod';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { bodyOf, send } from '../api/http.ts';
import { broken, type Check, ok, warning } from './check.ts';

const GetMe = z.union([
  z.object({ ok: z.literal(true), result: z.object({ username: z.string() }) }),
  z.object({ ok: z.literal(false), description: z.string().default('no reason') }),
]);

/** Whether Telegram knows the bot that notifies the owners. Its token is part of the address, which is never shown. */
export function ownerBotCheck(env: Environment): Check {
  return {
    name: 'Owner bot',
    async run() {
      const token = env.OWNER_BOT_TOKEN?.trim();
      if (!token) return ok('not set: each store notifies its owners itself');
      const root = env.TELEGRAM_API_ROOT?.trim() || 'https://api.telegram.org';
      const mend = 'Set OWNER_BOT_TOKEN to the token that @BotFather shows (/mybots → API Token).';
      const address = `${root.replace(/\/+$/, '')}/bot${token}/getMe`;
      if (!/^\d+:[\w-]+$/.test(token) || !URL.canParse(address)) return broken('OWNER_BOT_TOKEN is no token', mend);
      let answer: z.infer<typeof GetMe>;
      try {
        const response = await send({ method: 'GET', url: new URL(address), headers: {}, silenceMs: 5000 });
        answer = GetMe.parse(JSON.parse(await bodyOf(response)));
      } catch (error) {
        const why = errorMessage(error).replaceAll(token, '…');
        return broken(`Telegram does not answer: ${why}`, 'Owners hear of nothing until it does.');
      }
      if (!answer.ok) return broken(`Telegram refuses the token: ${answer.description}`, mend);
      const bot = `@${answer.result.username}`;
      if (env.TELEGRAM_OWNER_IDS?.trim()) return ok(`${bot} answers`);
      return warning(
        `${bot} answers, but nobody is to be notified of what is wrong with the platform`,
        'Set TELEGRAM_OWNER_IDS to the ids of the owners, who then send /start to the bot.',
      );
    },
  };
}
