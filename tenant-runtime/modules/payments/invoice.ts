import { type Api, InlineKeyboard, InputFile } from 'grammy';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable } from '../../../kernel/db.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Html } from '../../bot/html.ts';
import { attempt, type Outcome } from '../../bot/telegram.ts';
import { clockTime, untilInWords } from '../../bot/time.ts';
import type { Intake } from '../../config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { copy, LABELS } from './copy.ts';
import type { Bill, Payables } from './payable.ts';
import { nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import type { Payments } from './service.ts';
import { findPayment, setInvoice, setInvoiceClosed, setInvoiceMessage, setPlaceholderGone } from './sql.ts';

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
  markUnreachable(on: Queryable, userId: number): Promise<void>;
  onScheduled(): void;
}): Invoices {
  const { db, api, gateway, payments, clock, failpoint } = deps;
  const clockOf = clockTime(deps.timeZone);

  /** Asks the gateway for the money, or ends it all at once when it will not. No transaction is open meanwhile. */
  async function request(payment: Payment): Promise<void> {
    const answer = await gateway.create(payment.ref, payment.amount);
    failpoint('invoice.created');
    if (answer.kind !== 'ok') {
      await db.tx((tx) => payments.cancel(tx, payment.subject, 'gateway_failed'));
      return;
    }
    const expiresAt = soonest(answer.value.expiresAt, new Date(clock.now().getTime() + LONGEST_EXPIRY_MS));
    const next = nextPendingCheck({ ...payment, expiresAt }, clock.now(), deps.mode);
    await db.tx((tx) => setInvoice(tx, payment.id, { ...answer.value, expiresAt }, next));
    deps.onScheduled();
  }

  async function show(payment: Payment, bill: Bill): Promise<void> {
    const now = clock.now();
    const expires = copy.expires(
      payment.expiresAt,
      clockOf(payment.expiresAt, now),
      untilInWords(payment.expiresAt, now),
    );
    if (!payment.paymentNumber) throw new Error('a pending payment has no number');
    // Loaded with the first invoice: a store that waits for customers does not carry it in memory.
    const { default: QRCode } = await import('qrcode');
    const png = await QRCode.toBuffer(payment.paymentNumber, { width: 600, margin: 2, errorCorrectionLevel: 'M' });
    const sent = await attempt(() =>
      api.sendPhoto(bill.userId, new InputFile(png, 'qris.png'), {
        caption: copy.invoice(payment, bill, expires),
        parse_mode: 'HTML',
        reply_markup: new InlineKeyboard()
          .copyText(LABELS.copyRef, payment.ref)
          .copyText(LABELS.copyTotal, String(payment.totalPayment ?? payment.amount))
          .row()
          .url(LABELS.checkout, gateway.checkoutUrl(payment.ref, payment.amount))
          .success()
          .row()
          .text(LABELS.status, bill.buttons.status)
          .row()
          .text(bill.cancelLabel, bill.buttons.cancel)
          .danger(),
      }),
    );
    failpoint('invoice.sent');
    if (sent.kind === 'ok') {
      await setInvoiceMessage(db, payment.id, sent.value.message_id);
      failpoint('invoice.recorded');
      return dropLoading(payment, bill, copy.shownBelow(payment));
    }
    if (sent.kind === 'later') throw retry(sent);
    deps.log.warn({ ref: payment.ref, outcome: sent }, 'invoice cannot be shown, cancelling it');
    if (sent.kind === 'unreachable') await deps.markUnreachable(db, bill.userId);
    await db.tx((tx) => payments.cancel(tx, payment.subject, 'unreachable'));
  }

  /** The payment ended: the chat must not go on asking for money. */
  async function close(payment: Payment, bill: Bill): Promise<void> {
    if (payment.status === 'cancelled') await endAtGateway(payment);
    if (payment.placeholderGoneAt === null) {
      await dropLoading(payment, bill, bill.paid ? copy.paidInvoice(payment) : copy.closedInvoice(payment));
    }
    if (payment.invoiceMessageId === null) {
      // Nothing was shown that could ask for money.
    } else if (bill.paid) {
      await recaption(bill.userId, payment.invoiceMessageId, copy.paidInvoice(payment));
    } else {
      const { userId } = bill;
      const messageId = payment.invoiceMessageId;
      const gone = await attempt(() => api.deleteMessage(userId, messageId));
      if (gone.kind === 'later') throw retry(gone);
      if (gone.kind === 'refused') await recaption(userId, messageId, copy.closedInvoice(payment));
    }
    await setInvoiceClosed(db, payment.id, clock.now());
  }

  /** A cancelled invoice may have been paid in the same moment: ask first, then take it back. */
  async function endAtGateway(payment: Payment): Promise<void> {
    const result = await payments.check(payment, 'reconcile');
    if (result.kind === 'settled') return;
    const cancelled = await gateway.cancel(payment.ref, payment.amount);
    if (cancelled.kind === 'unreachable') throw new Error('the gateway did not take the cancellation, will try again');
    if (cancelled.kind === 'rejected') {
      // Ended there already, or paid a moment ago: what it says now counts.
      const now = await payments.check(payment, 'reconcile');
      if (now.kind === 'unreachable') throw new Error('the gateway took no cancellation and does not say why');
      if (now.kind !== 'ended' || !now.answered) return;
    }
    const { kind, id } = payment.subject;
    await db.tx(async (tx) => deps.payables[kind].confirmUnpaid?.(tx, id));
  }

  async function recaption(chatId: number, messageId: number, caption: string): Promise<void> {
    const edited = await attempt(() => api.editMessageCaption(chatId, messageId, { caption, parse_mode: 'HTML' }));
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
    if (gone.kind === 'refused') await recaption(bill.userId, messageId, copy.shownBelow(payment));
    await setInvoiceMessage(db, payment.id, null);
    return { ...payment, invoiceMessageId: null };
  }

  return {
    async converge(paymentId, again = false) {
      const held = await db.withLock(`invoice:${paymentId}`, async () => {
        const first = await findPayment(db, paymentId);
        if (first?.status === 'creating') await request(first);
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
