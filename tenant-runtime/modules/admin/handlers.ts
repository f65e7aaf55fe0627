import { Composer } from 'grammy';
import type { Log } from '../../../kernel/log.ts';
import { isStaff, type StoreContext } from '../../bot/context.ts';
import { MENU } from '../../bot/menu.ts';
import type { Wizards } from '../../bot/wizards.ts';
import type { Catalog } from '../catalog/index.ts';
import { type Intake, readIntake, type Stock } from '../stock/index.ts';
import { addProductWizard } from './add-product.ts';
import { adminCallbacks as callbacks, wizardCallbacks } from './callbacks.ts';
import { cancelled, staffOnly, toasts } from './copy.ts';
import { editProductWizards } from './edit-product.ts';
import { productHandlers } from './products.ts';
import { menuScreen, say, show } from './screens.ts';
import { unitHandlers } from './units.ts';

export type AdminHandlersDeps = {
  wizards: Wizards;
  catalog: Catalog;
  stock: Stock;
  /** Downloads a file that was sent to the bot; at most 20 MB, as the Bot API allows. */
  downloadFile(fileId: string): Promise<Uint8Array>;
  log: Log;
};

/** Data of buttons that only staff have. */
const STAFF_BUTTON = /^adm:/;

/** The admins' menu and everything below it that concerns products and stock. */
export function adminHandlers(deps: AdminHandlersDeps): Composer<StoreContext> {
  const { catalog, stock } = deps;
  const shelves = { catalog, stock };
  const composer = new Composer<StoreContext>();
  const staff = composer.filter((ctx) => isStaff(ctx.role));
  const wizards = forStaff(deps.wizards);
  const readGoods = (ctx: StoreContext): Promise<Intake> =>
    readIntake(ctx.message, deps.downloadFile, (err) => deps.log.warn({ err }, 'a file of goods was not downloaded'));

  staff.command('admin', (ctx) => say(ctx, menuScreen()));
  staff.hears(MENU.admin, (ctx) => say(ctx, menuScreen()));
  callbacks.on(staff, 'menu', async (ctx) => show(ctx, menuScreen()));
  wizardCallbacks.on(composer, 'cancel', async (ctx) => {
    if (!(await wizards.end(ctx))) return ctx.toast(toasts.stale, { alert: true });
    if (isStaff(ctx.role)) return show(ctx, menuScreen());
    ctx.show(cancelled());
  });
  productHandlers(staff, shelves);
  unitHandlers(staff, shelves);
  addProductWizard(staff, wizards, shelves, readGoods);
  editProductWizards(staff, wizards, shelves, readGoods);

  // Somebody who is not staff, or no longer is.
  const others = composer.filter((ctx) => !isStaff(ctx.role));
  others.command('admin', (ctx) => ctx.say(staffOnly()));
  others.hears(MENU.admin, (ctx) => ctx.say(staffOnly()));
  others.callbackQuery(STAFF_BUTTON, (ctx) => ctx.toast(toasts.staffOnly, { alert: true }));

  return composer;
}

/** Wizards whose messages count only while their sender is staff: a form outlives a change of the admins. */
function forStaff(wizards: Wizards): Wizards {
  return {
    ...wizards,
    define: (name, handler) =>
      wizards.define(name, async (ctx, form) => {
        if (isStaff(ctx.role)) return handler(ctx, form);
        await wizards.end(ctx);
        ctx.say(staffOnly());
      }),
  };
}
