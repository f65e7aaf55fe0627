import type { Api } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Html } from '../../../bot/html.ts';
import { send } from '../../../bot/send.ts';
import { attempt, DONE, editOr, type Outcome } from '../../../bot/telegram.ts';
import { clockTime, untilInWords } from '../../../bot/time.ts';
import type { Intake } from '../../../config.ts';
import { type Gateway, methodOf } from '../../../gateway/index.ts';
import { copy } from './copy.ts';
import { invoiceMessage } from './invoice-message.ts';
import type { Bill, Payables } from './payable.ts';
import { nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import type { CancelReason, Payments } from './service.ts';
import {
  countLost,
  findPayment,
  setAbsent,
  setInvoice,
  setInvoiceClosed,
  setInvoiceMessage,
  setPlaceholderGone,
  setTransaction,
} from './sql.ts';

export type Invoices = {
  /**
   * Brings the gateway and the chat to what the payment's row says. May be repeated at any point. `again`, an invoice that
   * is shown is shown anew: one message at a time has a QR that lives.
   */
  converge(paymentId: number, again?: boolean): Promise<void>;
  /** Asks the gateway because somebody wants to know now; `aloud`, the customer is answered. */
  ask(paymentId: number, aloud: boolean): Promise<void>;
};

/** Stock is held no longer than this for one invoice, whatever the gateway says. */
const LONGEST_EXPIRY_MS = 24 * 60 * 60_000;
/** Where the gateway does not say until when an invoice can be paid. */
const USUAL_EXPIRY_MS = 60 * 60_000;
/** For so long an answer that was lost is asked for again; then the customer has waited enough. */
const LOST_ANSWER_MS = 60_000;

export function createInvoices(deps: {
  db: Db;
  api: Api;
  gateway: Gateway;
  payments: Payments;
  payables: Payables;
  mode: Intake['mode'];
  timeZone: string;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  refuses(transaction: { sandbox: boolean }): boolean;
  onMismatch(payment: Payment): Promise<void>;
  markUnreachable(on: Queryable, userId: number): Promise<void>;
  onScheduled(): void;
}): Invoices {
  const { db, api, gateway, payments, clock, failpoint } = deps;
  const clockOf = clockTime(deps.timeZone);

  /**
   * Asks the gateway for the money, or ends it all when it will not. An answer that was lost is asked for again: the
   * gateway finds the transaction that it may have made. No transaction of ours is open meanwhile.
   */
  async function request(payment: Payment): Promise<void> {
    const { ref, amount, method } = payment;
    const answer = await gateway.create({ ref, amount, method });
    failpoint('invoice.created');
    const now = clock.now();
    switch (answer.kind) {
      case 'ok': {
        const { value: made } = answer;
        if (deps.refuses(made)) {
          return giveUp(payment, 'gateway_closed', (tx) => setTransaction(tx, payment.id, made));
        }
        const latest = new Date(now.getTime() + LONGEST_EXPIRY_MS);
        const expiresAt = soonest(made.expiresAt ?? new Date(now.getTime() + USUAL_EXPIRY_MS), latest);
        const next = nextPendingCheck({ ...payment, expiresAt }, now, deps.mode);
        await db.tx((tx) => setInvoice(tx, payment.id, { ...made, expiresAt }, next));
        return deps.onScheduled();
      }
      case 'unreachable':
        if (now.getTime() - payment.createdAt.getTime() >= LOST_ANSWER_MS) return giveUp(payment, 'gateway_failed');
        await countLost(db, payment.id);
        throw new Error(`the payment gateway did not answer (${answer.reason}), asking again`);
      case 'untrusted':
        await deps.onMismatch(payment);
        return giveUp(payment, 'gateway_failed');
      case 'closed':
      case 'rejected':
      case 'not_found':
        // An answer that was lost before may have been of a transaction.
        return giveUp(payment, answer.kind === 'closed' ? 'gateway_closed' : 'gateway_failed', async (tx) => {
          if (payment.checks === 0) await setAbsent(tx, payment.id);
        });
    }
  }

  async function giveUp(payment: Payment, reason: CancelReason, before?: (tx: Tx) => Promise<void>): Promise<void> {
    await db.tx(async (tx) => {
      await before?.(tx);
      await payments.cancel(tx, payment.subject, reason);
    });
  }

  async function show(payment: Payment, bill: Bill): Promise<void> {
    if (!payment.paymentNumber || !payment.transactionId) throw new Error('a pending payment has no number');
    const now = clock.now();
    const message = await invoiceMessage(payment, bill, {
      kind: kindOf(payment),
      label: methodOf(gateway, payment.method)?.label ?? payment.method,
      number: payment.paymentNumber,
      page: gateway.page(payment.transactionId),
      expires: copy.expires(payment.expiresAt, clockOf(payment.expiresAt, now), untilInWords(payment.expiresAt, now)),
    });
    const { text, ...options } = message;
    const filled = await fillLoading(payment, bill, message);
    const sent = filled ?? (await send(api, bill.userId, text, options));
    failpoint('invoice.sent');
    if (sent.kind === 'ok') {
      await setInvoiceMessage(db, payment.id, sent.value.message_id);
      failpoint('invoice.recorded');
      return filled
        ? setPlaceholderGone(db, payment.id, clock.now())
        : dropLoading(payment, bill, copy.shownBelow(payment));
    }
    if (sent.kind === 'later') throw retry(sent);
    deps.log.warn({ ref: payment.ref, outcome: sent }, 'invoice cannot be shown, cancelling it');
    if (sent.kind === 'unreachable') await deps.markUnreachable(db, bill.userId);
    await db.tx((tx) => payments.cancel(tx, payment.subject, 'unreachable'));
  }

  /**
   * Makes the message that says that the invoice is loading into the invoice with its QR. An edit may be made twice: when its
   * answer is lost, the QR is there once all the same. Undefined when the invoice has to be a message of its own; a text
   * has to, as the word that it is loading may come after it.
   */
  async function fillLoading(
    payment: Payment,
    { userId, requestMessageId }: Bill,
    { text, photo, keyboard }: Awaited<ReturnType<typeof invoiceMessage>>,
  ): Promise<Outcome<{ message_id: number }> | undefined> {
    if (!photo || payment.placeholderGoneAt !== null) return undefined;
    const media = { type: 'photo' as const, media: photo, caption: text, parse_mode: 'HTML' as const };
    const edited = await editOr<'elsewhere'>(
      () => api.editMessageMedia(userId, requestMessageId, media, { reply_markup: keyboard }),
      async () => ({ kind: 'ok', value: 'elsewhere' }),
    );
    if (edited.kind !== 'ok') return edited;
    return edited.value === 'elsewhere' ? undefined : { kind: 'ok', value: { message_id: requestMessageId } };
  }

  /** The payment ended: the chat must not go on asking for money, and no transaction of it may live on. */
  async function close(payment: Payment, bill: Bill): Promise<void> {
    // A page has no end of its own that we know of: left alone it would take money until the gateway ends it.
    const ends = payment.status !== 'completed' && (payment.status !== 'expired' || kindOf(payment) === 'link');
    // Whether or not the gateway answers, the customer is not kept waiting.
    const withdrawn = ends ? await payments.withdraw(payment) : 'done';
    if (payment.placeholderGoneAt === null) {
      await dropLoading(payment, bill, bill.paid ? copy.paidInvoice(payment) : copy.closedInvoice(payment));
    }
    if (payment.invoiceMessageId === null) {
      // Nothing was shown that could ask for money.
    } else if (bill.paid) {
      await rewrite(payment, payment.invoiceMessageId, copy.paidInvoice(payment));
    } else {
      const { userId } = bill;
      const messageId = payment.invoiceMessageId;
      const gone = await attempt(() => api.deleteMessage(userId, messageId));
      if (gone.kind === 'later') throw retry(gone);
      if (gone.kind === 'refused') await rewrite(payment, messageId, copy.closedInvoice(payment));
    }
    if (withdrawn === 'later') throw new Error('the gateway did not take the cancellation, will try again');
    await setInvoiceClosed(db, payment.id, clock.now());
  }

  const kindOf = (payment: Payment) => methodOf(gateway, payment.method)?.kind ?? 'qr';

  /** An invoice whose picture was refused is a text; one that is gone asks for nothing. */
  async function rewrite(payment: Payment, messageId: number, text: Html): Promise<void> {
    const { userId } = payment;
    const html = { parse_mode: 'HTML' as const };
    const asText = () =>
      editOr<unknown>(
        () => api.editMessageText(userId, messageId, text, html),
        async ({ means }) => (means === 'gone' ? DONE : send(api, userId, text, {})),
      );
    const asCaption = () => api.editMessageCaption(userId, messageId, { caption: text, ...html });
    const edited = kindOf(payment) === 'qr' ? await editOr<unknown>(asCaption, asText) : await asText();
    if (edited.kind === 'later') throw retry(edited);
  }

  /** Takes the message away that says that the invoice is loading; one that may not be deleted says `instead`. */
  async function dropLoading(payment: Payment, bill: Bill, instead: Html): Promise<void> {
    const { userId, requestMessageId } = bill;
    const gone = await attempt(() => api.deleteMessage(userId, requestMessageId));
    if (gone.kind === 'later') throw retry(gone);
    if (gone.kind === 'refused') {
      const edited = await attempt(() =>
        api.editMessageText(userId, requestMessageId, instead, { parse_mode: 'HTML' }),
      );
      if (edited.kind === 'later') throw retry(edited);
    }
    await setPlaceholderGone(db, payment.id, clock.now());
  }

  /** Takes the message away that shows an invoice which is about to be shown anew. */
  async function retire(payment: Payment, bill: Bill, messageId: number): Promise<Payment> {
    const gone = await attempt(() => api.deleteMessage(bill.userId, messageId));
    if (gone.kind === 'later') throw retry(gone);
    if (gone.kind === 'refused') await rewrite(payment, messageId, copy.shownBelow(payment));
    await setInvoiceMessage(db, payment.id, null);
    return { ...payment, invoiceMessageId: null };
  }

  return {
    async converge(paymentId, again = false) {
      const held = await db.withLock(`invoice:${paymentId}`, async () => {
        const first = await findPayment(db, paymentId);
        if (first?.status === 'creating' && !first.absent) await request(first);
        const payment = await findPayment(db, paymentId);
        const bill = payment && (await deps.payables[payment.subject.kind].bill(db, payment.subject.id));
        if (!payment || !bill) return true;
        if (payment.status === 'pending') {
          const shown = payment.invoiceMessageId;
          if (shown === null) await show(payment, bill);
          else if (again) await show(await retire(payment, bill, shown), bill);
          else if (payment.placeholderGoneAt === null) await dropLoading(payment, bill, copy.shownBelow(payment));
        } else if (payment.status !== 'creating' && payment.invoiceClosedAt === null) await close(payment, bill);
        return true;
      });
      if (!held) throw new Error('another process is at this invoice');
    },

    async ask(paymentId, aloud) {
      const payment = await findPayment(db, paymentId);
      if (payment?.status !== 'pending') return;
      const result = await payments.check(payment, 'status');
      if (!aloud) return;
      const text =
        result.kind === 'pending'
          ? copy.notYet(payment.ref)
          : result.kind === 'unreachable'
            ? copy.unanswered(payment.ref)
            : undefined;
      if (!text) return;
      const sent = await attempt(() => api.sendMessage(payment.userId, text, { parse_mode: 'HTML' }));
      if (sent.kind !== 'ok') deps.log.warn({ outcome: sent }, 'the answer to a status question was not taken');
    },
  };
}

const soonest = (a: Date, b: Date) => (a < b ? a : b);

const retry = (outcome: Outcome<unknown> & { kind: 'later' }) => new Error(`Telegram: ${outcome.description}`);
