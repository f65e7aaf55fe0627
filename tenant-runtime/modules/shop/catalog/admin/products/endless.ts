import { type Composer, InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { send, show } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../../bot/wizards.ts';
import { fileOf, INTAKE_LIMITS, type Unit } from '../../../stock/index.ts';
import { adminCallbacks as callbacks, WIZARD } from './callbacks.ts';
import { buttons as back } from './copy.ts';
import { askReplacement, endlessContent, endlessPlease, endlessReplaced, endlessSet } from './copy-goods.ts';
import { readProductId } from './schema.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

/** Reads one content from a message: its text, or whatever file it brings, a text file too. */
export function readContent(
  message: Message | undefined,
): { ok: true; unit: Unit } | { ok: false; problem: 'not_goods' | 'too_long' } {
  const unit = message?.text?.trim() || fileOf(message);
  if (unit === undefined) return { ok: false, problem: 'not_goods' };
  const isLong = typeof unit === 'string' && unit.length > INTAKE_LIMITS.unit;
  return isLong ? { ok: false, problem: 'too_long' } : { ok: true, unit };
}

/** The one content of a product that is sold any number of times: looking at it, and putting another in its place. */
export function endlessHandlers(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  services: ProductAdminServices,
): void {
  const { catalog, stock } = services;

  callbacks.on(composer, 'content', async (ctx, productId) => {
    const product = await catalog.find(ctx.tx, productId);
    if (product?.kind !== 'endless') return show(ctx, goneScreen());
    const content = await stock.endless(ctx.tx, productId);
    const keyboard = new InlineKeyboard()
      .text(back.replace, callbacks.pack('replace', productId))
      .row()
      .text(back.back, callbacks.pack('product', productId));
    const { kind, fileId } = content?.file ?? {};
    const file = kind === 'photo' ? { photo: fileId ?? '' } : kind === 'document' ? { document: fileId ?? '' } : {};
    show(ctx, { text: endlessContent(product, content), keyboard, ...file });
  });

  callbacks.on(composer, 'replace', async (ctx, productId) => {
    const product = await catalog.find(ctx.tx, productId);
    if (product?.kind !== 'endless') return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.content, step: 'content', data: { productId } });
    ctx.show(askReplacement(product), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.content, async (ctx, form) => {
    const productId = readProductId(form);
    const product = productId === undefined ? undefined : await catalog.find(ctx.tx, productId);
    const read = readContent(ctx.message);
    if (product && !read.ok) return askAgain(ctx, endlessPlease(read.problem), askReplacement(product));
    await wizards.end(ctx);
    const outcome = product && read.ok ? await stock.setEndless(ctx.tx, actorOf(ctx), product.id, read.unit) : 'gone';
    if (!product || outcome === 'gone') return send(ctx, goneScreen());
    await services.resumeDeliveries(ctx.tx, product.id);
    send(ctx, await productScreen(ctx, services, product.id, outcome === 'set' ? endlessSet() : endlessReplaced()));
  });
}
