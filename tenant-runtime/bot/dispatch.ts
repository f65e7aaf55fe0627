import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from './context.ts';
import type { Html } from './html.ts';
import { CANCEL, MENU } from './menu.ts';
import { WIZARD_BUTTON, type Wizards } from './wizards.ts';

export type DispatchCopy = {
  cancelled: Html;
  /** The button that leads on from there. */
  wayBack(ctx: StoreContext): { text: string; data: string };
  staleButton: string;
};

const MENU_LABELS = new Set<string>(Object.values(MENU));

/**
 * The order in which an update meets the rooms: commands, menu buttons and inline buttons first (they leave a wizard),
 * then the wizard that the sender is in, then whatever reads free text, and last the answer to a stale button.
 */
export function dispatch(parts: {
  rooms: readonly Composer<StoreContext>[];
  wizards: Wizards;
  freeText: Composer<StoreContext>;
  copy: DispatchCopy;
}): Composer<StoreContext> {
  const { wizards, copy } = parts;
  const root = new Composer<StoreContext>();
  root.use(async (ctx, next) => {
    const text = ctx.message?.text?.trim();
    if (text === 'BATAL' || text === CANCEL) {
      await wizards.end(ctx);
      const { text: label, data } = copy.wayBack(ctx);
      ctx.say(copy.cancelled, { keyboard: new InlineKeyboard().text(label, data) });
      return;
    }
    const data = ctx.callbackQuery?.data;
    const leaves = data ? !data.startsWith(WIZARD_BUTTON) : text?.startsWith('/') || MENU_LABELS.has(text ?? '');
    if (leaves) await wizards.end(ctx);
    await next();
  });
  for (const room of parts.rooms) root.use(room);
  wizards.install(root);
  root.use(parts.freeText);
  root.on('callback_query', async (ctx) => ctx.toast(copy.staleButton, { alert: true }));
  return root;
}
