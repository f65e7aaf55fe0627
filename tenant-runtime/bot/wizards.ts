import { type Composer, InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import type { Activate } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import { open, type SealingKey, seal } from '../../kernel/crypto.ts';
import { createPieces, type Pieces } from './answers.ts';
import { isStaff, type StoreContext } from './context.ts';
import type { Form } from './form.ts';
import { type Html, html, paragraphs } from './html.ts';
import { CANCEL } from './menu.ts';
import { createParking, type Parking } from './parked.ts';
import { deleteForm, saveForm } from './sql-forms.ts';
import { staffOnly } from './staff.ts';

/** Data of buttons that belong to a wizard's own steps begins so; any other button leaves the wizard. */
export const WIZARD_BUTTON = 'wz:';

const CANCEL_DATA = `${WIZARD_BUTTON}cancel`;

/** The button that ends a wizard; other buttons go above it. */
export const cancelKeyboard = (keyboard = new InlineKeyboard()): InlineKeyboard => keyboard.text(CANCEL, CANCEL_DATA);

/** Says what was wrong with an answer, and the question again. */
export function askAgain(ctx: StoreContext, problem: Html, question: Html, keyboard = cancelKeyboard()): void {
  ctx.send(paragraphs(problem, question), { keyboard });
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
  /** Opens a form, or keeps one open in which nothing would be lost, such as that of a search. */
  begin(ctx: StoreContext, form: Form): Promise<void>;
  /** Keeps what was answered: from then on, who leaves the form is asked whether to go on with it. */
  advance(ctx: StoreContext, form: Form): Promise<void>;
  /** Leaves whatever wizard the person is in. True when there was one. */
  end(ctx: StoreContext): Promise<boolean>;
  /** Gives a message to the wizard that the sender is in. False when they are in none. */
  take(ctx: StoreContext): Promise<boolean>;
  /** The names of all wizards. */
  names(): string[];
  /** A text that a form keeps, such as goods, as it may lie in the database; `unsealed` opens it for the same person. */
  sealed(userId: number, text: string): string;
  unsealed(userId: number, sealed: string): string;
  pieces: Pieces;
  parking: Parking;
};

/** Forms live in the database: a restart loses no half-typed one. */
export function createWizards(deps: { key: SealingKey; onHeld: Activate; clock: Clock }): Wizards {
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
  const parking = createParking({ clock: deps.clock, isKnown: (wizard) => handlers.has(wizard) });
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
        ctx.send(staffOnly());
      });
    },
    needsFile: (name, fileOf) => void files.set(name, fileOf),
    fileOf: (name, message) => files.get(name)?.(message),
    onCancel(composer, show) {
      composer.callbackQuery(CANCEL_DATA, async (ctx) => show(ctx, await end(ctx)));
    },
    begin: (ctx, form) => save(ctx, { ...form, typed: false }),
    advance: (ctx, form) => save(ctx, { ...form, typed: true }),
    end,
    async take(ctx) {
      const handler = ctx.form && handlers.get(ctx.form.wizard);
      if (!ctx.form || !handler) return false;
      await handler(ctx, ctx.form);
      return true;
    },
    names: () => [...handlers.keys()],
    sealed: (userId, text) => seal(text, deps.key, `form:${userId}`),
    unsealed: (userId, sealed) => open(sealed, [deps.key], `form:${userId}`),
    pieces: createPieces(deps),
    parking,
  };
}
