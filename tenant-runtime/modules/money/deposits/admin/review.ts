import { type Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import type { Form } from '../../../../bot/form.ts';
import type { Html } from '../../../../bot/html.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import type { Audit, AuditAction } from '../../../staff/audit/index.ts';
import { type Deposit, type Deposits, findDeposit, type Review } from '../index.ts';
import { adminCallbacks, formCallbacks } from './callbacks.ts';
import { backToList, copy, LABELS } from './copy.ts';

const WIZARD = { accept: 'deposit.accept', refuse: 'deposit.refuse' } as const;

const Reviewed = z.object({ depositId: z.number().int(), note: z.string().optional() });

/** Confirming and refusing a transfer. Each asks first: what it does to the balance is not taken back. */
export function reviewForms(
  composer: Composer<StoreContext>,
  deps: { deposits: Deposits; audit: Audit; wizards: Wizards },
): void {
  const { deposits, wizards } = deps;

  const acceptKeyboard = (depositId: number) =>
    cancelKeyboard(new InlineKeyboard().text(LABELS.acceptNow, formCallbacks.pack('accept', depositId)).row());

  const refuseKeyboard = (depositId: number) =>
    cancelKeyboard(new InlineKeyboard().text(LABELS.refuseNow, formCallbacks.pack('refuse', depositId)).row());

  /** The transfer that a button is about, while it still awaits an admin. */
  async function awaiting(ctx: StoreContext, depositId: number): Promise<Deposit | undefined> {
    const deposit = await findDeposit(ctx.tx, depositId);
    if (deposit?.status === 'awaiting_review') return deposit;
    ctx.toast(deposit ? copy.decided(deposit) : copy.gone, { alert: true });
    return undefined;
  }

  adminCallbacks.on(composer, 'accept', async (ctx, depositId) => {
    const deposit = await awaiting(ctx, depositId);
    if (!deposit) return;
    await wizards.begin(ctx, { wizard: WIZARD.accept, step: 'note', data: { depositId } });
    ctx.send(copy.askAccept(deposit), { keyboard: acceptKeyboard(depositId) });
  });

  adminCallbacks.on(composer, 'refuse', async (ctx, depositId) => {
    const deposit = await awaiting(ctx, depositId);
    if (!deposit) return;
    await wizards.begin(ctx, { wizard: WIZARD.refuse, step: 'note', data: { depositId } });
    ctx.send(copy.askRefuse(deposit), { keyboard: cancelKeyboard() });
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
    const data = ctx.form?.wizard === WIZARD.accept ? reviewed(ctx.form) : undefined;
    if (data?.depositId !== depositId) return ctx.toast(copy.stale, { alert: true });
    await wizards.end(ctx);
    ctx.show(await accept(ctx, depositId, data.note), { keyboard: backToList() });
  });
  formCallbacks.on(composer, 'refuse', async (ctx, depositId) => {
    const data = ctx.form?.wizard === WIZARD.refuse ? reviewed(ctx.form) : undefined;
    if (data?.depositId !== depositId || data.note === undefined) return ctx.toast(copy.stale, { alert: true });
    await wizards.end(ctx);
    ctx.show(await refuse(ctx, depositId, data.note), { keyboard: backToList() });
  });

  wizards.defineForStaff(WIZARD.accept, (ctx, form) =>
    takeNote(ctx, form, {
      ask: copy.askAccept,
      keyboard: acceptKeyboard,
      confirm: copy.confirmAccept,
      yes: acceptKeyboard,
    }),
  );
  wizards.defineForStaff(WIZARD.refuse, (ctx, form) =>
    takeNote(ctx, form, {
      ask: copy.askRefuse,
      keyboard: () => cancelKeyboard(),
      confirm: copy.confirmRefuse,
      yes: refuseKeyboard,
    }),
  );

  /** What was typed is shown once more before it decides about money. */
  async function takeNote(
    ctx: StoreContext,
    form: Form,
    way: {
      ask(deposit: Deposit): Html;
      keyboard(depositId: number): InlineKeyboard;
      confirm(deposit: Deposit, note: string): Html;
      yes(depositId: number): InlineKeyboard;
    },
  ): Promise<void> {
    const depositId = reviewed(form)?.depositId;
    const deposit = depositId === undefined ? undefined : await findDeposit(ctx.tx, depositId);
    if (!deposit) {
      await wizards.end(ctx);
      return ctx.send(copy.lost, { keyboard: backToList() });
    }
    const note = ctx.message?.text?.trim() ?? '';
    if (note.length < 3 || note.length > 300) {
      return askAgain(ctx, copy.noteInvalid, way.ask(deposit), way.keyboard(deposit.id));
    }
    await wizards.advance(ctx, { wizard: form.wizard, step: 'confirm', data: { depositId: deposit.id, note } });
    ctx.send(way.confirm(deposit, note), { keyboard: way.yes(deposit.id) });
  }
}

function told(review: Review, done: (deposit: Deposit) => Html): Html {
  if (review.kind === 'gone') return copy.lost;
  return review.kind === 'done' ? done(review.deposit) : copy.late(review.deposit);
}

const reviewed = (form: Form): z.infer<typeof Reviewed> | undefined => Reviewed.safeParse(form.data).data;
