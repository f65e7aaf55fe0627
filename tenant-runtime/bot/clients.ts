import type { Api, Transformer } from 'grammy';
import type { TenantEnvironment } from '../config.ts';
import { createBudget, LANES } from './budget.ts';
import { createApi } from './telegram.ts';

/**
 * Clients of the Bot API: three of the store's bot that share one budget, one that polls, and one of the owner's alert bot, if
 * there is one.
 */
export type Apis = { api: Api; newsApi: Api; bulkApi: Api; pollApi: Api; ownerApi: Api | undefined };

/** A poll lasts up to 25 s. */
const POLL_TIMEOUT_SECONDS = 60;

/**
 * @param guard what every call passes last, right before it is made
 * @param count called with the code of every answer that is an error
 */
export function openApis(env: TenantEnvironment, guard: Transformer, count: (code: string) => void): Apis {
  const newBudget = () => createBudget({ perSecond: env.TELEGRAM_MESSAGES_PER_SECOND });
  const open = (token: string, lane: Transformer): Api => {
    const api = createApi(token, env.TELEGRAM_API_ROOT);
    api.config.use(guard);
    countRefusals(api, count);
    api.config.use(lane);
    return api;
  };
  const budget = newBudget();
  const [api, newsApi, bulkApi] = LANES.map((lane) => open(env.TELEGRAM_BOT_TOKEN, budget.lane(lane))) as [
    Api,
    Api,
    Api,
  ];
  const pollApi = createApi(env.TELEGRAM_BOT_TOKEN, env.TELEGRAM_API_ROOT, POLL_TIMEOUT_SECONDS);
  pollApi.config.use(guard);
  const ownerApi = env.OWNER_BOT_TOKEN ? open(env.OWNER_BOT_TOKEN, newBudget().lane('soon')) : undefined;
  return { api, newsApi, bulkApi, pollApi, ownerApi };
}

function countRefusals(api: Api, count: (code: string) => void): void {
  api.config.use(async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    if (!answer.ok) count(String(answer.error_code));
    return answer;
  });
}
