import type { Composer } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import type { Html } from '../../../../../bot/html.ts';
import { send, show } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, textPlease, type Wizards } from '../../../../../bot/wizards.ts';
import { type Product, type ProductFields, parsePerCustomer, parseTiers } from '../../index.ts';
import { adminCallbacks as callbacks, WIZARD } from './callbacks.ts';
import { askLimit, askTiers, limitInvalid, tierProblem } from './copy-goods.ts';
import { saved } from './copy-wizards.ts';
import { readProductId } from './schema.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

type Read = { fields: Partial<ProductFields> } | { problem: Html };

/** Prices by quantity, and how many one customer may have: each a form of one question. */
export function pricesHandlers(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  services: ProductAdminServices,
): void {
  const { catalog } = services;

  function form(action: 'tiers' | 'limit', question: (of: Product) => Html, read: (text: string, of: Product) => Read) {
    callbacks.on(composer, action, async (ctx, productId) => {
      const product = await catalog.find(ctx.tx, productId);
      if (!product) return show(ctx, goneScreen());
      await wizards.begin(ctx, { wizard: WIZARD[action], step: action, data: { productId } });
      ctx.show(question(product), { keyboard: cancelKeyboard() });
    });
    wizards.defineForStaff(WIZARD[action], async (ctx, of) => {
      const productId = readProductId(of);
      const product = productId === undefined ? undefined : await catalog.find(ctx.tx, productId);
      const text = ctx.message?.text;
      if (product && text === undefined) return askAgain(ctx, textPlease(), question(product));
      const answer = product && text !== undefined ? read(text, product) : undefined;
      if (product && answer && 'problem' in answer) return askAgain(ctx, answer.problem, question(product));
      await wizards.end(ctx);
      const outcome =
        product && answer && 'fields' in answer
          ? await catalog.change(ctx.tx, actorOf(ctx), product.id, answer.fields)
          : 'gone';
      if (!product || outcome === 'gone') return send(ctx, goneScreen());
      send(ctx, await productScreen(ctx, services, product.id, saved()));
    });
  }

  form('tiers', askTiers, (text, product) => {
    const parsed = parseTiers(text, product.price);
    return parsed.ok ? { fields: { tiers: parsed.tiers } } : { problem: tierProblem(parsed.problem) };
  });
  form('limit', askLimit, (text) => {
    const parsed = parsePerCustomer(text);
    return parsed ? { fields: { perCustomer: parsed.value } } : { problem: limitInvalid() };
  });
}
