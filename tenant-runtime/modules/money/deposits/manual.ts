import { type Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { formatRupiah, parseRupiah } from '../../../../kernel/money.ts';
import { nameOf, type StoreContext } from '../../../bot/context.ts';
import { escapeHtml, type Html, paragraphs } from '../../../bot/html.ts';
import { pictureOf } from '../../../bot/pictures.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { type Contact, contactLabel } from '../../shop/users/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { depositCallbacks as callbacks, DEPOSIT } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import { manual } from './copy-manual.ts';
import { refusalText } from './refusal.ts';
import { MANUAL_LIMITS, type Proof } from './schema.ts';
import type { Deposits } from './service.ts';

const WIZARD = 'deposit.report';

/** A form that an older version left may hold anything. */
const Reported = z.object({ amount: z.number().int().min(MANUAL_LIMITS.min).max(MANUAL_LIMITS.max) });

export type ManualDepositsDeps = {
  deposits: Pick<Deposits, 'report'>;
  wallet: Pick<Wallet, 'balanceOf'>;
  wizards: Wizards;
  /** The reply template `manual_deposit`. */
  instructions(tx: Tx, values: { nama: string; saldo: string }): Promise<Html>;
  /** Hears of a picture that was taken: the others of its album go the same way. */
  onPicture(ctx: StoreContext, of: { cause: string; notice: Html }): Promise<void>;
  /** Who answers customers. */
  contacts(on: Queryable): Promise<Contact[]>;
};

/** A transfer by hand: how to make it, and the proof of it, which an admin looks at. */
export function manualDeposits(composer: Composer<StoreContext>, deps: ManualDepositsDeps): void {
  const { deposits, wallet, wizards } = deps;
  const { min, max } = MANUAL_LIMITS;
  const back = () => new InlineKeyboard().text(LABELS.back, DEPOSIT.data);

  callbacks.on(composer, 'manual', async (ctx) => {
    const contacts = await deps.contacts(ctx.tx);
    const saldo = formatRupiah(await wallet.balanceOf(ctx.tx, ctx.user.id));
    const template = await deps.instructions(ctx.tx, { nama: nameOf(ctx.user), saldo });
    const keyboard = new InlineKeyboard().text(LABELS.report, callbacks.pack('report')).row();
    for (const contact of contacts) {
      if (contact.username !== null) keyboard.url(contactLabel(contact), `https://t.me/${contact.username}`).row();
    }
    ctx.show(manual.instructions(template, contacts), { keyboard: keyboard.text(LABELS.back, DEPOSIT.data) });
  });

  callbacks.on(composer, 'report', async (ctx) => {
    if (ctx.user.blocked) return ctx.toast(copy.blocked, { alert: true });
    await wizards.begin(ctx, { wizard: WIZARD, step: 'amount', data: {} });
    ctx.show(manual.askAmount(min), { keyboard: cancelKeyboard() });
  });

  wizards.define(WIZARD, async (ctx, form) => {
    const typed = Reported.safeParse(form.data);
    if (form.step === 'proof' && typed.success) return takeProof(ctx, typed.data.amount);
    const text = ctx.message?.text;
    const parsed = text === undefined ? ({ ok: false, reason: 'not_text' } as const) : parseRupiah(text, { min, max });
    if (!parsed.ok) {
      const question = paragraphs(copy.amountProblem(parsed.reason, min, max), manual.askAmount(min));
      return ctx.send(question, { keyboard: cancelKeyboard() });
    }
    const { amount } = parsed;
    await wizards.advance(ctx, { wizard: WIZARD, step: 'proof', data: { amount } });
    ctx.send(manual.askProof(amount), { keyboard: cancelKeyboard() });
  });

  async function takeProof(ctx: StoreContext, amount: number): Promise<void> {
    const proof = readProof(ctx);
    const messageId = ctx.message?.message_id;
    if (!proof || messageId === undefined) {
      return askAgain(ctx, manual.proofInvalid, manual.askProof(amount));
    }
    await wizards.end(ctx);
    const opening = await deposits.report(ctx.tx, { customer: ctx.user, amount, messageId }, proof);
    if (opening.kind === 'created') {
      const { id, ref } = opening.deposit;
      await deps.onPicture(ctx, { cause: `deposit:${id}`, notice: manual.morePictures(ctx.user, ref) });
    }
    if (opening.kind === 'created') return ctx.send(manual.reported(opening.deposit), { keyboard: back() });
    ctx.send(escapeHtml(refusalText(opening)), { keyboard: back() });
  }
}

function readProof(ctx: StoreContext): Proof | undefined {
  const { photo = null, document } = pictureOf(ctx.message) ?? {};
  const text = (ctx.message?.text ?? ctx.message?.caption)?.trim() ?? '';
  if (text.length > 800 || (photo === null && document === undefined && text.length < 3)) return undefined;
  return { text: text === '' ? null : text, photo, ...(document === undefined ? {} : { document }) };
}
