import { type Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import { actorOf, type StoreContext } from '../../bot/context.ts';
import type { Form } from '../../bot/form.ts';
import type { Html } from '../../bot/html.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../bot/wizards.ts';
import type { Audit, AuditAction } from '../audit/index.ts';
import { type Deposit, type Deposits, findDeposit, type Review } from '../deposits/index.ts';
import { deskCallbacks, formCallbacks } from './callbacks.ts';
import { backToList, copy, LABELS } from './copy.ts';

const WIZARD = { accept: 'deposit.accept', refuse: 'deposit.refuse' } as const;

const Reviewed = z.object({ depositId: z.number().int() });

/** Confirming and refusing a transfer. Each asks first: what it does to the balance is not taken back. */
export function reviewForms(
  composer: Composer<StoreContext>,
  deps: { deposits: Deposits; audit: Audit; wizards: Wizards },
): void {
  const { deposits, wizards } = deps;

  const acceptKeyboard = (depositId: number) =>
    cancelKeyboard(new InlineKeyboard().text(LABELS.acceptNow, formCallbacks.pack('accept', depositId)).row());

  /** The transfer that a button is about, while it still awaits an admin. */
  async function awaiting(ctx: StoreContext, depositId: number): Promise<Deposit | undefined> {
    const deposit = await findDeposit(ctx.tx, depositId);
    if (deposit?.status === 'awaiting_review') return deposit;
    ctx.toast(deposit ? copy.decided(deposit) : copy.gone, { alert: true });
    return undefined;
  }

  deskCallbacks.on(composer, 'accept', async (ctx, depositId) => {
    const deposit = await awaiting(ctx, depositId);
    if (!deposit) return;
    await wizards.begin(ctx, { wizard: WIZARD.accept, step: 'note', data: { depositId } });
    ctx.say(copy.askAccept(deposit), { keyboard: acceptKeyboard(depositId) });
  });

  deskCallbacks.on(composer, 'refuse', async (ctx, depositId) => {
    const deposit = await awaiting(ctx, depositId);
    if (!deposit) return;
    await wizards.begin(ctx, { wizard: WIZARD.refuse, step: 'note', data: { depositId } });
    ctx.say(copy.askRefuse(deposit), { keyboard: cancelKeyboard() });
  });

  async function accept(ctx: StoreContext, depositId: number, note: string | undefined): Promise<Html> {
    const review = await deposits.confirm(ctx.tx, depositId, ctx.user.id, note);
    await record(ctx, review, 'deposit.confirmed');
    return told(review, copy.accepted);
  }

  async function refuse(ctx: StoreContext, depositId: number, note: string): Promise<Html> {
    const review = await deposits.refuse(ctx.tx, depositId, ctx.user.id, note);
    await record(ctx, review, 'deposit.refused');
    return told(review, copy.refused);
  }

  async function record(ctx: StoreContext, review: Review, action: AuditAction): Promise<void> {
    if (review.kind !== 'done') return;
    const { ref, status, amount, note, userId } = review.deposit;
    await deps.audit.record(ctx.tx, {
      actor: actorOf(ctx),
      action,
      target: `deposit:${ref}`,
      before: { status: 'awaiting_review' },
      after: { status, amount, note, userId },
    });
  }

  formCallbacks.on(composer, 'accept', async (ctx, depositId) => {
    if (ctx.form?.wizard !== WIZARD.accept || depositOf(ctx.form) !== depositId) {
      return ctx.toast(copy.stale, { alert: true });
    }
    await wizards.end(ctx);
    ctx.show(await accept(ctx, depositId, undefined), { keyboard: backToList() });
  });

  wizards.defineForStaff(WIZARD.accept, (ctx, form) =>
    decide(ctx, form, { ask: copy.askAccept, keyboard: acceptKeyboard, decide: accept }),
  );
  wizards.defineForStaff(WIZARD.refuse, (ctx, form) =>
    decide(ctx, form, { ask: copy.askRefuse, keyboard: () => cancelKeyboard(), decide: refuse }),
  );

  async function decide(
    ctx: StoreContext,
    form: Form,
    way: {
      ask(deposit: Deposit): Html;
      keyboard(depositId: number): InlineKeyboard;
      decide(ctx: StoreContext, depositId: number, note: string): Promise<Html>;
    },
  ): Promise<void> {
    const depositId = depositOf(form);
    const deposit = depositId === undefined ? undefined : await findDeposit(ctx.tx, depositId);
    if (!deposit) {
      await wizards.end(ctx);
      return ctx.say(copy.lost, { keyboard: backToList() });
    }
    const note = ctx.message?.text?.trim() ?? '';
    if (note.length < 3 || note.length > 300) {
      return askAgain(ctx, copy.noteInvalid, way.ask(deposit), way.keyboard(deposit.id));
    }
    await wizards.end(ctx);
    ctx.say(await way.decide(ctx, deposit.id, note), { keyboard: backToList() });
  }
}

function told(review: Review, done: (deposit: Deposit) => Html): Html {
  if (review.kind === 'gone') return copy.lost;
  return review.kind === 'done' ? done(review.deposit) : copy.late(review.deposit);
}

function depositOf(form: Form): number | undefined {
  const parsed = Reviewed.safeParse(form.data);
  return parsed.success ? parsed.data.depositId : undefined;
}
