import { z } from 'zod';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, ok, warning } from './check.ts';
import { get } from './probes.ts';
import { settingOf, telegramRootOf } from './settings.ts';

const GetMe = z.union([
  z.object({ ok: z.literal(true), result: z.object({ username: z.string() }) }),
  z.object({ ok: z.literal(false), description: z.string().default('no reason') }),
]);

/** Whether Telegram knows the bot that notifies the owners. Its token is part of the address, which is never shown. */
export function ownerBotCheck(env: Environment): Check {
  return {
    name: 'Owner bot',
    async run() {
      const token = settingOf(env, 'OWNER_BOT_TOKEN');
      if (!token) return ok('not set: each store notifies its owners itself');
      const remedy = 'Set OWNER_BOT_TOKEN to the token that @BotFather shows (/mybots → API Token).';
      const address = `${telegramRootOf(env).replace(/\/+$/, '')}/bot${token}/getMe`;
      if (!/^\d+:[\w-]+$/.test(token) || !URL.canParse(address)) return broken('OWNER_BOT_TOKEN is no token', remedy);
      let answer: z.infer<typeof GetMe>;
      try {
        answer = GetMe.parse(JSON.parse((await get(address)).body));
      } catch (error) {
        const why = errorMessage(error).replaceAll(token, '…');
        return broken(`Telegram does not answer: ${why}`, 'No owner is notified until it does.');
      }
      if (!answer.ok) return broken(`Telegram refuses the token: ${answer.description}`, remedy);
      const bot = `@${answer.result.username}`;
      if (settingOf(env, 'TELEGRAM_OWNER_IDS')) return ok(`${bot} answers`);
      return warning(
        `${bot} answers, but nobody is to be notified of what is wrong with the platform`,
        'Set TELEGRAM_OWNER_IDS to the ids of the owners, who then send /start to the bot.',
      );
    },
  };
}
