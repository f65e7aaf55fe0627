import { type Composer, InlineKeyboard } from 'grammy';
import { isPlainRupiah } from '../../../../../../kernel/money.ts';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import type { Form } from '../../../../../bot/form.ts';
import { type Html, lines, paragraphs } from '../../../../../bot/html.ts';
import { send, show } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, textPlease, type Wizards } from '../../../../../bot/wizards.ts';
import { type Intake, intakeProblem, restockReport } from '../../../stock/index.ts';
import { type Parsed, parseCode, parseDescription, parseName, parsePrice } from '../../index.ts';
import { adminCallbacks, WIZARD, wizardCallbacks } from './callbacks.ts';
import { belowMinimum, codeTaken, fieldProblem, problemWith, toasts } from './copy.ts';
import { albumFollows, askEndless, endlessMore, endlessPlease, endlessSet } from './copy-goods.ts';
import {
  askStep,
  askTerms,
  askTermsEmpty,
  askTermsText,
  buttons,
  confirmPrice,
  productReady,
  STEPS,
  type Step,
  stepLabel,
  yesPrice,
} from './copy-wizards.ts';
import { readContent } from './endless.ts';
import type { Goods } from './goods.ts';
import { albumOf, type Draft, readDraft } from './schema.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

/** What is asked next: the first field that the draft has not got. */
const nextStep = (draft: Draft): Step => STEPS.find((step) => step === 'units' || draft[step] === undefined) ?? 'units';

const PARSERS: Record<Exclude<Step, 'units'>, (text: string) => Parsed<string | number | null>> = {
  code: parseCode,
  name: parseName,
  price: parsePrice,
  description: parseDescription,
};

const questionOf = (draft: Draft): Html =>
  nextStep(draft) === 'units' && draft.kind === 'endless' ? askEndless(stepLabel('units')) : askStep(nextStep(draft));

/**
 * The wizard that adds a product: kode → nama → harga → deskripsi → isi produk → SNK. The product is made together with
 * the first goods, in one transaction; goods are never part of the form.
 */
export function addProductWizard(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  services: ProductAdminServices,
  goods: Goods,
): void {
  const { catalog, stock } = services;

  const formOf = (draft: Draft): Form => ({ wizard: WIZARD.add, step: nextStep(draft), data: draft });

  function keyboardOf(draft: Draft): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    if (nextStep(draft) === 'units') {
      const other = draft.kind === 'endless' ? 'single' : 'endless';
      keyboard
        .text(buttons[other], wizardCallbacks.pack(other))
        .text(buttons.nothing, wizardCallbacks.pack('nothing'))
        .row();
    }
    return cancelKeyboard(keyboard);
  }

  /** Asks for what is missing, below what there is to say about the last answer. */
  function ask(ctx: StoreContext, draft: Draft, remark?: Html): void {
    const question = questionOf(draft);
    ctx.send(paragraphs(remark, question), { keyboard: keyboardOf(draft) });
  }

  const termsKeyboard = (productId: number): InlineKeyboard =>
    new InlineKeyboard()
      .text(buttons.addTerms, wizardCallbacks.pack('terms', productId))
      .text(buttons.skipTerms, wizardCallbacks.pack('skip', productId));

  /** Makes the product of a complete draft. Undefined when its code was taken meanwhile: then that is asked again. */
  async function create(ctx: StoreContext, draft: Draft): Promise<number | undefined> {
    const { code = '', name = '', price = 0, description = null, kind = 'units' } = draft;
    const created = await catalog.create(ctx.tx, actorOf(ctx), { code, name, price, description, kind });
    if (created.kind === 'code_taken') {
      const { code: _, ...rest } = draft;
      await wizards.advance(ctx, formOf(rest));
      ask(ctx, rest, codeTaken(code));
      return undefined;
    }
    // The product is there: leaving the form now loses nothing.
    await wizards.begin(ctx, formOf({ ...draft, productId: created.productId }));
    return created.productId;
  }

  /** The product is made now and filled another time. */
  async function leaveEmpty(ctx: StoreContext, draft: Draft): Promise<void> {
    const productId = await create(ctx, draft);
    if (productId !== undefined) ctx.show(askTermsEmpty(draft.kind), { keyboard: termsKeyboard(productId) });
  }

  /** The one content of a product that is sold any number of times; another one takes its place. */
  async function takeContent(ctx: StoreContext, draft: Draft): Promise<void> {
    const known = draft.productId;
    if (known === undefined && ctx.message?.text?.trim() === '-') return leaveEmpty(ctx, draft);
    const read = readContent(ctx.message);
    if (!read.ok) {
      const problem = endlessPlease(read.problem);
      if (known === undefined) return ask(ctx, draft, problem);
      return askAgain(ctx, problem, endlessMore(), termsKeyboard(known));
    }
    const productId = known ?? (await create(ctx, draft));
    if (productId === undefined) return;
    const outcome = await stock.setEndless(ctx.tx, actorOf(ctx), productId, read.unit);
    if (outcome === 'gone') {
      await wizards.end(ctx);
      return send(ctx, goneScreen());
    }
    ctx.send(paragraphs(endlessSet(), endlessMore()), { keyboard: termsKeyboard(productId) });
  }

  async function takeGoods(ctx: StoreContext, form: Form, draft: Draft): Promise<void> {
    if (draft.kind === 'endless') return takeContent(ctx, draft);
    if (draft.productId === undefined && ctx.message?.text?.trim() === '-') return leaveEmpty(ctx, draft);
    const sent = await goods.read(ctx, form);
    if (sent) await addGoods(ctx, draft, sent);
  }

  async function addGoods(ctx: StoreContext, draft: Draft, sent: Intake): Promise<void> {
    const known = draft.productId;
    if (!sent.ok) {
      const problem = problemWith(intakeProblem(sent.problem));
      if (known === undefined) return ask(ctx, draft, problem);
      return askAgain(ctx, problem, askTerms(), termsKeyboard(known));
    }
    const productId = known ?? (await create(ctx, draft));
    if (productId === undefined) return;
    const outcome = await stock.add(ctx.tx, actorOf(ctx), productId, sent);
    if (outcome.kind === 'gone') {
      await wizards.end(ctx);
      return send(ctx, goneScreen());
    }
    const album = albumOf(ctx.message, draft.album);
    if (album.id !== undefined) await wizards.begin(ctx, formOf({ ...draft, productId, album: album.id }));
    if (album.goesOn && outcome.added > 0) return;
    const report = lines(restockReport(outcome), album.begins && albumFollows());
    ctx.send(paragraphs(report, askTerms()), { keyboard: termsKeyboard(productId) });
  }

  wizards.defineForStaff(WIZARD.add, async (ctx, form) => {
    const draft = readDraft(form) ?? {};
    const step = nextStep(draft);
    if (step === 'units') return takeGoods(ctx, form, draft);
    const text = ctx.message?.text;
    if (text === undefined) return ask(ctx, draft, textPlease());
    const parsed = PARSERS[step](text);
    if (!parsed.ok) return ask(ctx, draft, fieldProblem(parsed.problem));
    if (step === 'code' && (await catalog.codeTaken(ctx.tx, String(parsed.value)))) {
      return ask(ctx, draft, codeTaken(String(parsed.value)));
    }
    if (step === 'price' && !isPlainRupiah(text)) return offerPrice(ctx, draft, Number(parsed.value));
    await keep(ctx, draft, step, parsed.value);
  });

  async function keep(ctx: StoreContext, draft: Draft, step: Step, value: string | number | null): Promise<void> {
    const { offered: _, ...known } = draft;
    const next: Draft = { ...known, [step]: value };
    await wizards.advance(ctx, formOf(next));
    const isSmall = step === 'price' && Number(value) < services.minimum;
    ask(ctx, next, isSmall ? belowMinimum(services.minimum) : undefined);
  }

  async function offerPrice(ctx: StoreContext, draft: Draft, offered: number): Promise<void> {
    await wizards.advance(ctx, formOf({ ...draft, offered }));
    const keyboard = new InlineKeyboard().text(yesPrice(offered), wizardCallbacks.pack('price', offered)).row();
    ctx.send(confirmPrice(offered), { keyboard: cancelKeyboard(keyboard) });
  }

  // The form of a product that exists answers this button too.
  composer.callbackQuery(/^wz:prd:price:/, async (ctx, next) => {
    const draft = ctx.form?.wizard === WIZARD.add ? readDraft(ctx.form) : undefined;
    if (draft?.offered === undefined || ctx.callbackQuery.data !== wizardCallbacks.pack('price', draft.offered)) {
      return next();
    }
    await keep(ctx, draft, 'price', draft.offered);
  });

  goods.onAnswer(WIZARD.add, (ctx, form, sent) => addGoods(ctx, readDraft(form) ?? {}, sent));

  adminCallbacks.on(composer, 'add', async (ctx) => {
    await wizards.begin(ctx, formOf({}));
    show(ctx, { text: askStep('code'), keyboard: keyboardOf({}) });
  });

  wizardCallbacks.on(composer, 'nothing', async (ctx) => {
    const draft = ctx.form?.wizard === WIZARD.add ? readDraft(ctx.form) : undefined;
    if (!draft || nextStep(draft) !== 'units' || draft.productId !== undefined)
      return ctx.toast(toasts.stale, { alert: true });
    await leaveEmpty(ctx, draft);
  });

  /** Until the product is made, its kind may be changed. */
  for (const [action, kind] of [
    ['endless', 'endless'],
    ['single', 'units'],
  ] as const) {
    wizardCallbacks.on(composer, action, async (ctx) => {
      const draft = ctx.form?.wizard === WIZARD.add ? readDraft(ctx.form) : undefined;
      if (!draft || nextStep(draft) !== 'units' || draft.productId !== undefined)
        return ctx.toast(toasts.stale, { alert: true });
      const next = { ...draft, kind };
      await wizards.advance(ctx, formOf(next));
      ctx.show(questionOf(next), { keyboard: keyboardOf(next) });
    });
  }

  /** True while the form that asked about the terms of this product is still open. */
  const asked = (ctx: StoreContext, productId: number): boolean =>
    ctx.form?.wizard === WIZARD.add && readDraft(ctx.form)?.productId === productId;

  wizardCallbacks.on(composer, 'terms', async (ctx, productId) => {
    if (!asked(ctx, productId)) return ctx.toast(toasts.stale, { alert: true });
    await wizards.begin(ctx, { wizard: WIZARD.terms, step: 'text', data: { productId } });
    ctx.show(askTermsText(), { keyboard: cancelKeyboard() });
  });
  wizardCallbacks.on(composer, 'skip', async (ctx, productId) => {
    if (!asked(ctx, productId)) return ctx.toast(toasts.stale, { alert: true });
    await wizards.end(ctx);
    show(ctx, await productScreen(ctx, services, productId, productReady()));
  });
}
