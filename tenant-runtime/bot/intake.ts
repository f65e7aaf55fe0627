import type { Api } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { BackgroundTask } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Intake } from '../config.ts';
import type { Check } from '../http/health.ts';
import { ALLOWED_UPDATES, createPoller } from './poller.ts';
import { attempt, type Outcome } from './telegram.ts';

export type IntakeControl = {
  /** Lets updates arrive, and tries again while Telegram does not let the store in. */
  task: BackgroundTask;
  /** Resolves after the first attempt. */
  attempted: Promise<void>;
  /** Takes nothing new, and resolves when what was taken is handled. */
  stop(): Promise<void>;
  /** Says whether updates arrive, not only whether Telegram answers. */
  check(): Promise<Check>;
};

/** A poll lasts up to 25 s; one that is older than this did not come back. */
const MAX_POLL_AGE_MS = 90_000;
/** Telegram keeps the last error of a webhook for ever; one that is older than this says nothing about now. */
const WEBHOOK_ERROR_AGE_MS = 5 * 60_000;
const RETRY_MS = 5000;

/** Brings updates in: asks who the bot is, sets or removes the webhook, polls where there is none. */
export function createIntake(deps: {
  intake: Intake;
  api: Api;
  pollApi: Api;
  handle(update: Update): Promise<void>;
  onBotKnown(me: UserFromGetMe): void;
  clock: Clock;
  log: Log;
}): IntakeControl {
  const { intake, api, clock, log } = deps;
  const poller = createPoller({ api: deps.pollApi, handle: deps.handle, clock, log });
  let state: { ready: boolean; detail: string; refused?: boolean } = { ready: false, detail: 'not started' };
  let stopped = false;
  const attempted = Promise.withResolvers<void>();

  async function connect(): Promise<Outcome<unknown>> {
    const me = await attempt(() => api.getMe());
    if (me.kind !== 'ok') return me;
    deps.onBotKnown(me.value);
    if (intake.mode === 'polling') return attempt(() => api.deleteWebhook());
    return attempt(() =>
      api.setWebhook(intake.url, {
        secret_token: intake.secret,
        allowed_updates: [...ALLOWED_UPDATES],
        max_connections: 40,
      }),
    );
  }

  /** @returns milliseconds until the next attempt; undefined when none is needed */
  async function tryConnect(): Promise<number | undefined> {
    if (stopped) return undefined;
    const outcome = await connect();
    if (stopped) return undefined;
    if (outcome.kind === 'ok') {
      state = { ready: true, detail: intake.mode };
      if (intake.mode === 'polling') poller.start();
      return undefined;
    }
    const refused = outcome.kind === 'refused';
    state = { ready: false, detail: `Telegram: ${outcome.description}`, refused };
    log.error({ reason: outcome.description }, 'Telegram does not let the store in, will try again');
    return outcome.kind === 'later' ? Math.max(outcome.afterMs, RETRY_MS) : RETRY_MS;
  }

  async function checkWebhook(url: string): Promise<Check> {
    const info = await attempt(() => api.getWebhookInfo());
    if (info.kind !== 'ok') return { ok: false, detail: `Telegram: ${info.description}` };
    if (info.value.url !== url) return { ok: false, detail: 'the webhook at Telegram is not ours' };
    const { last_error_date: at, last_error_message: message } = info.value;
    if (
      at !== undefined &&
      clock.now().getTime() - at * 1000 < WEBHOOK_ERROR_AGE_MS &&
      info.value.pending_update_count > 0
    ) {
      return { ok: false, detail: `Telegram cannot deliver: ${message ?? 'unknown error'}` };
    }
    return { ok: true, detail: 'webhook' };
  }

  return {
    task: { name: 'telegram-intake', run: () => tryConnect().finally(attempted.resolve) },
    attempted: attempted.promise,
    async stop() {
      stopped = true;
      await poller.stop();
    },
    async check() {
      if (!state.ready) return { ok: false, detail: state.detail, ...(state.refused ? { refused: true } : {}) };
      if (intake.mode === 'webhook') return checkWebhook(intake.url);
      const age = poller.age();
      if (age < MAX_POLL_AGE_MS) return { ok: true, detail: `polled ${Math.round(age / 1000)} s ago` };
      return {
        ok: false,
        detail: age === Number.POSITIVE_INFINITY ? 'no poll answered yet' : 'polls are not answered',
      };
    },
  };
}
