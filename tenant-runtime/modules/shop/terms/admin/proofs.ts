import { type Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { numbered, turnPages } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { send, show, type View } from '../../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { findOrder, findOrderByRef, referenceIn } from '../../../money/orders/index.ts';
import { mediaOf, type Terms } from '../index.ts';
import { adminCallbacks as callbacks, TERMS_ADMIN, WIZARD } from './callbacks.ts';
import { askInvoice, buttons, proofDetail, proofGone, proofList, textPlease, unknownInvoice } from './copy.ts';
import { goneScreen } from './screens.ts';

/** What customers sent: of a product, of an order, or all of it. */
export function proofHandlers(
  composer: Composer<StoreContext>,
  deps: { wizards: Wizards; terms: Terms; time: WriteTime },
): void {
  const { wizards, terms, time } = deps;

  /** `productId` and `orderId` narrow the list; 0 does not. */
  async function proofsScreen(ctx: StoreContext, productId: number, orderId: number, asked: number): Promise<View> {
    const of = { page: asked, productId: productId || undefined, orderId: orderId || undefined };
    const list = await terms.proofs(ctx.tx, of);
    const keyboard = numbered(list.items, ({ id }) => callbacks.pack('proof', id, productId, orderId, list.page));
    turnPages(keyboard, list, (page) => callbacks.pack('proofs', productId, orderId, page));
    keyboard.row().text(buttons.search, callbacks.pack('search'));
    if (productId || orderId) keyboard.text(buttons.allProofs, callbacks.pack('proofs', 0, 0, 0));
    keyboard.row().text(buttons.back, productId ? callbacks.pack('product', productId) : TERMS_ADMIN.data);
    return { text: proofList(list, await aboutWhat(ctx, productId, orderId), time), keyboard };
  }

  async function aboutWhat(ctx: StoreContext, productId: number, orderId: number): Promise<string | undefined> {
    if (productId) return (await terms.product(ctx.tx, productId))?.name;
    return orderId ? (await findOrder(ctx.tx, orderId))?.ref : undefined;
  }

  callbacks.on(composer, 'proofs', async (ctx, productId, orderId, page) =>
    show(ctx, await proofsScreen(ctx, productId, orderId, page)),
  );

  callbacks.on(composer, 'proof', async (ctx, id, productId, orderId, page) => {
    const proof = await terms.proof(ctx.tx, id);
    if (!proof) return show(ctx, goneScreen(proofGone()));
    const keyboard = new InlineKeyboard().text(buttons.back, callbacks.pack('proofs', productId, orderId, page));
    ctx.show(proofDetail(proof, time), { keyboard, ...mediaOf(proof.evidence) });
  });

  callbacks.on(composer, 'search', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.search, step: 'invoice', data: {} });
    ctx.show(askInvoice(), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.search, async (ctx) => {
    const typed = ctx.message?.text?.trim();
    const order = typed ? await findOrderByRef(ctx.tx, referenceIn(typed) ?? typed) : undefined;
    if (!order) {
      const problem = typed ? unknownInvoice(typed) : textPlease();
      return askAgain(ctx, problem, askInvoice());
    }
    await wizards.end(ctx);
    send(ctx, await proofsScreen(ctx, 0, order.id, 0));
  });
}
