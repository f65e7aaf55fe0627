import { type Api, Bot, type Composer } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { BackgroundTask } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import type { TenantConfig } from '../config.ts';
import { createAnswers } from './answers.ts';
import { createFetchAttachment } from './attachments.ts';
import type { Commands } from './commands.ts';
import type { StoreContext } from './context.ts';
import { createDownload } from './files.ts';
import { createIntake, type IntakeControl } from './intake.ts';
import { createProfile } from './profile.ts';
import { createUpdates, type Gatekeeper, type UpdateResult } from './updates.ts';
import type { Wizards } from './wizards.ts';

/** Brings updates from Telegram to the handlers. */
export type Receiver = Pick<IntakeControl, 'attempted' | 'check'> & {
  tasks: readonly BackgroundTask[];
  handle(update: Update): Promise<void>;
  /** Takes every answer that came in several messages and is complete, now. */
  takeAnswers(): Promise<void>;
  /** Asks Telegram for nothing more, and resolves when what it gave out is handled. */
  stop(): Promise<void>;
  /** Resolves when nothing is being handled or sent. */
  idle(): Promise<void>;
};

/** In place of the bot until Telegram has told who it is; until then no screen shows a link to the bot. */
const UNKNOWN_BOT = { id: 0, is_bot: true, first_name: '', username: '' } as UserFromGetMe;

export function createReceiver(deps: {
  config: TenantConfig;
  api: Api;
  pollApi: Api;
  db: Db;
  gatekeeper: Gatekeeper;
  handlers: Composer<StoreContext>;
  wizards: Wizards;
  commands: Pick<Commands, 'publish'>;
  apology: string;
  count(result: UpdateResult): void;
  clock: Clock;
  log: Log;
}): Receiver {
  const { api, db, wizards, clock, log } = deps;
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, BOT_STORE_NAME: storeName } = deps.config.env;
  const bot = new Bot<StoreContext>(token, { botInfo: UNKNOWN_BOT });
  const updates = createUpdates({
    ...deps,
    bot,
    fetchAttachment: createFetchAttachment({
      db,
      download: createDownload(api, apiRoot, token),
      fileOf: wizards.fileOf,
    }),
    dueAnswer: wizards.pieces.due,
    dropAnswer: wizards.pieces.drop,
  });
  bot.use(deps.handlers);
  const answers = createAnswers({ db, close: updates.complete, clock, log });
  const profile = createProfile({ api, db, storeName, log });
  let publishing: Promise<void> | undefined;
  const intake = createIntake({
    intake: deps.config.intake,
    api,
    pollApi: deps.pollApi,
    handle: updates.handle,
    onBotKnown(me) {
      bot.botInfo = me;
      void deps.commands.publish();
      publishing = profile.publish(me);
    },
    clock,
    log,
  });

  return {
    tasks: [intake.task, answers.task],
    attempted: intake.attempted,
    check: intake.check,
    handle: updates.handle,
    takeAnswers: answers.sweep,
    stop: intake.stop,
    async idle() {
      await updates.idle();
      await publishing;
    },
  };
}
