import { type Composer, InlineKeyboard } from 'grammy';
import { isPlainRupiah } from '../../../../../../kernel/money.ts';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import type { Form } from '../../../../../bot/form.ts';
import { type Html, lines } from '../../../../../bot/html.ts';
import { send, show } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, textPlease, type Wizards } from '../../../../../bot/wizards.ts';
import { type Intake, intakeProblem, restockReport } from '../../../stock/index.ts';
import { type Parsed, type ProductFields, parseDescription, parseName, parsePrice, parseTerms } from '../../index.ts';
import { adminCallbacks as callbacks, EDITABLE, type Editable, WIZARD, wizardCallbacks } from './callbacks.ts';
import { belowMinimum, fieldProblem, problemWith, toasts } from './copy.ts';
import { albumFollows } from './copy-goods.ts';
import {
  askEdit,
  askRestock,
  askTermsText,
  buttons,
  confirmPrice,
  saved,
  termsSaved,
  yesPrice,
} from './copy-wizards.ts';
import type { Goods } from './goods.ts';
import { albumOf, readEdit, readProductId, readRestock } from './schema.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

/** The forms of one question about a product that exists: a field, its terms, more goods. */
export function editProductWizards(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  services: ProductAdminServices,
  goods: Goods,
): void {
  const { catalog, stock } = services;

  async function lost(ctx: StoreContext): Promise<void> {
    await wizards.end(ctx);
    send(ctx, goneScreen());
  }

  async function save(ctx: StoreContext, productId: number, fields: Partial<ProductFields>, news: Html): Promise<void> {
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), productId, fields);
    if (outcome === 'gone') return lost(ctx);
    await wizards.end(ctx);
    send(ctx, await productScreen(ctx, services, productId, news));
  }

  callbacks.on(composer, 'edit', async (ctx, productId, number) => {
    const field = EDITABLE[number];
    const product = await catalog.find(ctx.tx, productId);
    if (!field) return ctx.toast(toasts.stale, { alert: true });
    if (!product) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.edit, step: field, data: { productId, field } });
    ctx.show(askEdit(product, field), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.edit, async (ctx, form) => {
    const data = readEdit(form);
    const product = data && (await catalog.find(ctx.tx, data.productId));
    if (!product) return lost(ctx);
    const question = askEdit(product, data.field);
    const text = ctx.message?.text;
    if (text === undefined) return askAgain(ctx, textPlease(), question);
    const parsed = parseField(data.field, text);
    if (!parsed.ok) return askAgain(ctx, fieldProblem(parsed.problem), question);
    const { price } = parsed.value;
    if (price !== undefined && !isPlainRupiah(text)) {
      await wizards.advance(ctx, { ...form, data: { ...data, offered: price } });
      const keyboard = new InlineKeyboard().text(yesPrice(price), wizardCallbacks.pack('price', price)).row();
      return ctx.send(confirmPrice(price), { keyboard: cancelKeyboard(keyboard) });
    }
    await save(ctx, product.id, parsed.value, newsOf(price));
  });

  const newsOf = (price: number | undefined): Html =>
    price !== undefined && price < services.minimum ? lines(saved(), belowMinimum(services.minimum)) : saved();

  wizardCallbacks.on(composer, 'price', async (ctx, price) => {
    const data = ctx.form?.wizard === WIZARD.edit ? readEdit(ctx.form) : undefined;
    if (!data || data.offered !== price) return ctx.toast(toasts.stale, { alert: true });
    await save(ctx, data.productId, { price }, newsOf(price));
  });

  wizards.defineForStaff(WIZARD.terms, async (ctx, form) => {
    const productId = readProductId(form);
    const text = ctx.message?.text;
    if (productId === undefined) return lost(ctx);
    if (text === undefined) return askAgain(ctx, textPlease(), askTermsText());
    const parsed = parseTerms(text);
    if (!parsed.ok) return askAgain(ctx, fieldProblem(parsed.problem), askTermsText());
    await save(ctx, productId, { terms: parsed.value }, termsSaved());
  });

  const restockKeyboard = (productId: number): InlineKeyboard =>
    new InlineKeyboard().text(buttons.done, callbacks.pack('product', productId));

  callbacks.on(composer, 'restock', async (ctx, productId) => {
    const product = await catalog.find(ctx.tx, productId);
    if (!product) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.restock, step: 'units', data: { productId } });
    ctx.show(askRestock(product), { keyboard: cancelKeyboard(restockKeyboard(productId)) });
  });

  wizards.defineForStaff(WIZARD.restock, async (ctx, form) => {
    if (!readRestock(form)) return lost(ctx);
    const sent = await goods.read(ctx, form);
    if (sent) await add(ctx, form, sent);
  });
  goods.onAnswer(WIZARD.restock, add);

  async function add(ctx: StoreContext, form: Form, sent: Intake): Promise<void> {
    const data = readRestock(form);
    if (!data) return lost(ctx);
    const { productId } = data;
    const keyboard = restockKeyboard(productId);
    if (!sent.ok) return ctx.send(problemWith(intakeProblem(sent.problem)), { keyboard });
    const outcome = await stock.add(ctx.tx, actorOf(ctx), productId, sent);
    if (outcome.kind === 'gone') return lost(ctx);
    if (outcome.renewed) await services.resumeDeliveries(ctx.tx, productId);
    const album = albumOf(ctx.message, data.album);
    if (album.begins) await wizards.begin(ctx, { ...form, data: { ...data, album: album.id } });
    if (album.goesOn && outcome.added > 0) return;
    ctx.send(lines(restockReport(outcome), album.begins && albumFollows()), { keyboard });
  }
}

function parseField(field: Editable, text: string): Parsed<Partial<ProductFields>> {
  const parsed = field === 'name' ? parseName(text) : field === 'price' ? parsePrice(text) : parseDescription(text);
  return parsed.ok ? { ok: true, value: { [field]: parsed.value } } : parsed;
}
