import type { Message, Update } from 'grammy/types';
import type { Activate, BackgroundTask } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SealingKey } from '../../kernel/crypto.ts';
import type { Db, Tx } from '../../kernel/db.ts';
import type { Log } from '../../kernel/log.ts';
import type { StoreContext } from './context.ts';
import { joined, NEARLY_FULL, openHeld, sealHeld, withPiece } from './pieces.ts';
import { dueHeld, lockDueHeld, nextHeldAt, saveHeld } from './sql-forms.ts';

/** When no further piece came for so long, the answer is complete. */
const QUIET_MS = 3000;

/** A paste that the app cut into several messages, made one answer again. */
export type Pieces = {
  /** Keeps a message that may be a piece of a longer text until the rest is there. False when it is an answer by itself. */
  hold(ctx: StoreContext, text: string): Promise<boolean>;
  /** Ends the waiting. Returns the context of the whole answer; undefined when nothing was held. */
  release(ctx: StoreContext): Promise<StoreContext | undefined>;
  /** The whole answer of a person, when no further piece is waited for. It is still held. */
  due(tx: Tx, userId: number): Promise<Message | undefined>;
  drop(tx: Tx, userId: number): Promise<void>;
};

/** `onHeld` is called after the commit of an update that was held. */
export function createPieces(deps: { key: SealingKey; onHeld: Activate; clock: Clock }): Pieces {
  const { key, clock } = deps;
  return {
    async hold(ctx, text) {
      const { form, message } = ctx;
      if (!form || !message || (form.held === undefined && text.length < NEARLY_FULL)) return false;
      const known = form.held === undefined ? undefined : openHeld(form.held, ctx.user.id, key);
      const held = withPiece(known, { ...message, text } as Message & { text: string });
      if (!held) return false;
      const sealed = sealHeld(held, ctx.user.id, key);
      await saveHeld(ctx.tx, ctx.user.id, sealed, new Date(clock.now().getTime() + QUIET_MS));
      ctx.form = { ...form, held: sealed };
      ctx.tx.afterCommit(deps.onHeld);
      return true;
    },
    async release(ctx) {
      const { form } = ctx;
      if (form?.held === undefined) return undefined;
      const message = joined(openHeld(form.held, ctx.user.id, key));
      await saveHeld(ctx.tx, ctx.user.id, null, null);
      ctx.form = { ...form, held: undefined };
      return asAnswerOf(ctx, message);
    },
    async due(tx, userId) {
      const held = await lockDueHeld(tx, userId, clock.now());
      return held === undefined ? undefined : joined(openHeld(held, userId, key));
    },
    drop: (tx, userId) => saveHeld(tx, userId, null, null),
  };
}

/** The same person, transaction and screen, for another message than the one that is being handled. */
function asAnswerOf(ctx: StoreContext, message: Message): StoreContext {
  const update = { update_id: ctx.update.update_id, message } as Update;
  return Object.create(ctx, { update: { value: update }, form: { value: ctx.form, writable: true } }) as StoreContext;
}

/** Takes answers whose pieces are all there. The rows are the truth: a restart in between loses none. */
export type Answers = {
  task: BackgroundTask;
  /** Takes every answer whose time has come. */
  sweep(): Promise<void>;
};

const BATCH = 20;

export function createAnswers(deps: {
  db: Db;
  /** Handles the answer that is held of a person, if its time has come. */
  close(userId: number): Promise<void>;
  clock: Clock;
  log: Log;
}): Answers {
  const { db, clock } = deps;

  async function sweep(): Promise<void> {
    for (;;) {
      const due = await dueHeld(db, clock.now(), BATCH);
      await Promise.all(due.map((userId) => deps.close(userId)));
      if (due.length < BATCH) return;
    }
  }

  const task: BackgroundTask = {
    name: 'held-answers',
    async run() {
      await sweep();
      const next = await nextHeldAt(db);
      return next ? Math.max(0, next.getTime() - clock.now().getTime()) : undefined;
    },
    onFailure: (err) => deps.log.warn({ err }, 'an answer in several messages could not be taken, will try again'),
  };
  return { task, sweep };
}
