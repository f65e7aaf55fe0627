import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { send, show, type View } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../../bot/wizards.ts';
import type { Product } from '../../index.ts';
import { adminCallbacks as callbacks, WIZARD, wizardCallbacks } from './callbacks.ts';
import { toasts } from './copy.ts';
import { askPhoto, buttons, photoPlease, saved } from './copy-wizards.ts';
import { readProductId } from './schema.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

/** The photo of a product: sent, replaced or taken away. */
export function photoWizard(composer: Composer<StoreContext>, wizards: Wizards, services: ProductAdminServices): void {
  const { catalog } = services;

  function keyboardOf(product: Product): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    if (product.photo) keyboard.text(buttons.removePhoto, wizardCallbacks.pack('unphoto', product.id)).row();
    return cancelKeyboard(keyboard);
  }

  async function save(ctx: StoreContext, productId: number, photo: string | null): Promise<View> {
    await wizards.end(ctx);
    await catalog.change(ctx.tx, actorOf(ctx), productId, { photo });
    return productScreen(ctx, services, productId, saved());
  }

  callbacks.on(composer, 'photo', async (ctx, productId) => {
    const product = await catalog.find(ctx.tx, productId);
    if (!product) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.photo, step: 'photo', data: { productId } });
    ctx.show(askPhoto(product), { keyboard: keyboardOf(product) });
  });

  wizards.defineForStaff(WIZARD.photo, async (ctx, form) => {
    const productId = readProductId(form);
    const product = productId === undefined ? undefined : await catalog.find(ctx.tx, productId);
    if (!product) {
      await wizards.end(ctx);
      return send(ctx, goneScreen());
    }
    // Sizes come smallest first.
    const photo = ctx.message?.photo?.at(-1);
    if (photo) return send(ctx, await save(ctx, product.id, photo.file_id));
    askAgain(ctx, photoPlease(), askPhoto(product), keyboardOf(product));
  });

  wizardCallbacks.on(composer, 'unphoto', async (ctx, productId) => {
    const asked = ctx.form?.wizard === WIZARD.photo && readProductId(ctx.form) === productId;
    if (!asked) return ctx.toast(toasts.stale, { alert: true });
    show(ctx, await save(ctx, productId, null));
  });
}
