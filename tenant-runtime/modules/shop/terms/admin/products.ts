import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import { send, show, type View } from '../../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Terms } from '../index.ts';
import { adminCallbacks as callbacks, WIZARD } from './callbacks.ts';
import {
  ambiguousProduct,
  askForm,
  askText,
  buttons,
  changedMeanwhile,
  confirmDelete,
  formProblem,
  productGone,
  saved,
  textPlease,
  unknownProduct,
} from './copy.ts';
import { parseForm, parseNewTerms, readProductId } from './schema.ts';
import { goneScreen, productScreen, productsScreen } from './screens.ts';

/** Products with and without terms, and changing these: by button, or all in one line. */
export function termsProductHandlers(
  composer: Composer<StoreContext>,
  deps: { wizards: Wizards; catalog: Catalog; terms: Terms },
): void {
  const { wizards, catalog, terms } = deps;

  /** Sets the terms, or takes them away; the screen says what came of it. */
  async function change(ctx: StoreContext, productId: number, next: string | null): Promise<View> {
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), productId, { terms: next });
    if (outcome === 'gone') return goneScreen(productGone());
    return productScreen(await terms.product(ctx.tx, productId), saved(next, outcome === 'changed'));
  }

  callbacks.on(composer, 'list', async (ctx, at, page) => show(ctx, await productsScreen(ctx, terms, at, page)));
  callbacks.on(composer, 'product', async (ctx, id) => show(ctx, productScreen(await terms.product(ctx.tx, id))));

  callbacks.on(composer, 'delete', async (ctx, id) => {
    const product = await terms.product(ctx.tx, id);
    if (!product) return show(ctx, goneScreen(productGone()));
    if (product.terms === null) return show(ctx, productScreen(product, saved(null, false)));
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('deleted', id, product.changedAt.getTime()))
      .text(buttons.keep, callbacks.pack('product', id));
    ctx.show(confirmDelete(product), { keyboard });
  });
  callbacks.on(composer, 'deleted', async (ctx, id, changedAt) => {
    const product = await terms.product(ctx.tx, id);
    const seen = product?.changedAt.getTime() === changedAt;
    show(ctx, product && !seen ? productScreen(product, changedMeanwhile()) : await change(ctx, id, null));
  });

  callbacks.on(composer, 'edit', async (ctx, id) => {
    const product = await terms.product(ctx.tx, id);
    if (!product) return show(ctx, goneScreen(productGone()));
    await wizards.begin(ctx, { wizard: WIZARD.edit, step: 'text', data: { productId: id } });
    ctx.show(askText(product), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.edit, async (ctx, form) => {
    const id = readProductId(form);
    const product = id === undefined ? undefined : await terms.product(ctx.tx, id);
    if (!product) {
      await wizards.end(ctx);
      return send(ctx, goneScreen(productGone()));
    }
    const text = ctx.message?.text;
    if (text === undefined) return askAgain(ctx, textPlease(), askText(product));
    const parsed = parseNewTerms(text);
    if (!parsed.ok) return askAgain(ctx, formProblem(parsed.problem), askText(product));
    await wizards.end(ctx);
    send(ctx, await change(ctx, product.id, parsed.terms));
  });

  callbacks.on(composer, 'form', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.form, step: 'line', data: {} });
    ctx.show(askForm(), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.form, async (ctx) => {
    const text = ctx.message?.text;
    if (text === undefined) return askAgain(ctx, textPlease(), askForm());
    const parsed = parseForm(text);
    if (!parsed.ok) return askAgain(ctx, formProblem(parsed.problem), askForm());
    const match = await terms.match(ctx.tx, parsed.product);
    if (match.kind !== 'one') {
      const problem = match.kind === 'none' ? unknownProduct : ambiguousProduct;
      return askAgain(ctx, problem(parsed.product), askForm());
    }
    await wizards.end(ctx);
    send(ctx, await change(ctx, match.product.id, parsed.terms));
  });
}
