import type { Composer } from 'grammy';
import type { Tx } from '../../kernel/db.ts';
import type { StoreContext } from './context.ts';
import type { Form } from './form.ts';

/** Handles one message that a person sent while they are in the wizard: checks it, then `advance`s or `end`s. */
export type WizardHandler = (ctx: StoreContext, form: Form) => Promise<void>;

export type Wizards = {
  /** Registers a wizard under its name, such as `product.add`. */
  define(name: string, handler: WizardHandler): void;
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
  const save = async (ctx: StoreContext, form: Form) => {
    await saveForm(ctx.tx, ctx.user.id, form);
    ctx.form = form;
  };
  return {
    define(name, handler) {
      handlers.set(name, handler);
    },
    begin: save,
    advance: save,
    async end(ctx) {
      if (!ctx.form) return false;
      await deleteForm(ctx.tx, ctx.user.id);
      ctx.form = undefined;
      return true;
    },
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
