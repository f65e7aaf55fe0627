import { type Composer, InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import type { Tx } from '../../kernel/db.ts';
import { isStaff, type StoreContext } from './context.ts';
import type { Form } from './form.ts';
import { type Html, html, paragraphs } from './html.ts';
import { CANCEL } from './menu.ts';
import { staffOnly } from './staff.ts';

/** Data of buttons that belong to a wizard's own steps begins so; any other button leaves the wizard. */
export const WIZARD_BUTTON = 'wz:';

const CANCEL_DATA = `${WIZARD_BUTTON}cancel`;

/** The button that ends a wizard; other buttons go above it. */
export const cancelKeyboard = (keyboard = new InlineKeyboard()): InlineKeyboard => keyboard.text(CANCEL, CANCEL_DATA);

/** Says what was wrong with an answer, and the question again. */
export function askAgain(ctx: StoreContext, problem: Html, question: Html, keyboard = cancelKeyboard()): void {
  ctx.say(paragraphs(problem, question), { keyboard });
}

/** What was wrong when a question was answered with a photo, a sticker or a file. */
export const textPlease = (): Html => html`⚠️ Kirim dalam bentuk teks ya, bukan foto, stiker atau berkas.`;

/** Handles one message that a person sent while they are in the wizard: checks it, then `advance`s or `end`s. */
export type WizardHandler = (ctx: StoreContext, form: Form) => Promise<void>;

type FileOf = (message: Message) => string | undefined;

export type Wizards = {
  /** Registers a wizard under its name, such as `product.add`. */
  define(name: string, handler: WizardHandler): void;
  /** The same for staff: a form outlives a change of the admins, and then says so and ends. */
  defineForStaff(name: string, handler: WizardHandler): void;
  /** Says which file of a message the wizard of this name needs; it is at hand as `ctx.attachment`. */
  needsFile(name: string, fileOf: FileOf): void;
  fileOf(name: string, message: Message): string | undefined;
  /** Registers what `❌ Batal` below a wizard's question shows once the wizard has ended. */
  onCancel(composer: Composer<StoreContext>, show: (ctx: StoreContext, ended: boolean) => void): void;
  begin(ctx: StoreContext, form: Form): Promise<void>;
  advance(ctx: StoreContext, form: Form): Promise<void>;
  /** Leaves whatever wizard the person is in. True when there was one. */
  end(ctx: StoreContext): Promise<boolean>;
  /** Gives messages to the wizard that the sender is in; others pass. Goes after commands and menu buttons. */
  install(composer: Composer<StoreContext>): void;
};

/** Forms live in the database: a restart loses no half-typed one. */
export function createWizards(): Wizards {
  const handlers = new Map<string, WizardHandler>();
  const files = new Map<string, FileOf>();
  const define = (name: string, handler: WizardHandler) => {
    if (handlers.has(name)) throw new Error(`two wizards are named ${name}`);
    handlers.set(name, handler);
  };
  const save = async (ctx: StoreContext, form: Form) => {
    await saveForm(ctx.tx, ctx.user.id, form);
    ctx.form = form;
  };
  const end = async (ctx: StoreContext) => {
    if (!ctx.form) return false;
    await deleteForm(ctx.tx, ctx.user.id);
    ctx.form = undefined;
    return true;
  };
  return {
    define,
    defineForStaff(name, handler) {
      define(name, async (ctx, form) => {
        if (isStaff(ctx.role)) return handler(ctx, form);
        await end(ctx);
        ctx.say(staffOnly());
      });
    },
    needsFile: (name, fileOf) => void files.set(name, fileOf),
    fileOf: (name, message) => files.get(name)?.(message),
    onCancel(composer, show) {
      composer.callbackQuery(CANCEL_DATA, async (ctx) => show(ctx, await end(ctx)));
    },
    begin: save,
    advance: save,
    end,
    install(composer) {
      composer.on('message', async (ctx, next) => {
        const handler = ctx.form && handlers.get(ctx.form.wizard);
        if (!ctx.form || !handler) return next();
        await handler(ctx, ctx.form);
      });
    },
  };
}

async function saveForm(tx: Tx, userId: number, form: Form): Promise<void> {
  await tx.query(
    `INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id) DO UPDATE
       SET wizard = EXCLUDED.wizard, step = EXCLUDED.step, data = EXCLUDED.data, updated_at = now()`,
    [userId, form.wizard, form.step, JSON.stringify(form.data)],
  );
}

async function deleteForm(tx: Tx, userId: number): Promise<void> {
  await tx.query('DELETE FROM conversations WHERE user_id = $1', [userId]);
}
