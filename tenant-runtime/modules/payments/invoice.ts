import { type Api, InlineKeyboard, InputFile } from 'grammy';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable } from '../../../kernel/db.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Html } from '../../bot/html.ts';
import { send } from '../../bot/send.ts';
import { attempt, DONE, editOr, type Outcome } from '../../bot/telegram.ts';
import { dateTime } from '../../bot/time.ts';
import type { Intake } from '../../config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { copy, LABELS } from './copy.ts';
import type { Bill, Payables } from './payable.ts';
import { nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import type { Payments } from './service.ts';
import { findPayment, setInvoice, setInvoiceClosed, setInvoiceMessage } from './sql.ts';

export type Invoices = {
  /** Brings the gateway and the chat to what the payment's row says. May be repeated at any point. */
  converge(paymentId: number): Promise<void>;
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
  const time = dateTime(deps.timeZone);

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
    if (!payment.paymentNumber) throw new Error('a pending payment has no number');
    // Loaded with the first invoice: a store that waits for customers does not carry it in memory.
    const { default: QRCode } = await import('qrcode');
    const png = await QRCode.toBuffer(payment.paymentNumber, { width: 600, margin: 2, errorCorrectionLevel: 'M' });
    const sent = await send(api, bill.userId, copy.invoice(payment, bill, time(payment.expiresAt)), {
      photo: new InputFile(png, 'qris.png'),
      keyboard: new InlineKeyboard()
        .url(LABELS.checkout, gateway.checkoutUrl(payment.ref, payment.amount))
        .row()
        .text(LABELS.status, bill.buttons.status)
        .row()
        .text(bill.cancelLabel, bill.buttons.cancel),
    });
    failpoint('invoice.sent');
    if (sent.kind === 'ok') {
      await setInvoiceMessage(db, payment.id, sent.value.message_id);
      await dropLoading(bill);
      return;
    }
    if (sent.kind === 'later') throw retry(sent);
    deps.log.warn({ ref: payment.ref, outcome: sent }, 'invoice cannot be shown, cancelling it');
    if (sent.kind === 'unreachable') await deps.markUnreachable(db, bill.userId);
    await db.tx((tx) => payments.cancel(tx, payment.subject, 'unreachable'));
  }

  /** The payment ended: the chat must not go on asking for money. */
  async function close(payment: Payment, bill: Bill): Promise<void> {
    if (payment.status === 'cancelled') await endAtGateway(payment);
    if (payment.invoiceMessageId === null) await dropLoading(bill);
    else if (bill.paid) {
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
  }

  /** An invoice whose picture was refused is a text; one that is gone asks for nothing. */
  async function recaption(chatId: number, messageId: number, caption: Html): Promise<void> {
    const html = { parse_mode: 'HTML' as const };
    const asText = () =>
      editOr<unknown>(
        () => api.editMessageText(chatId, messageId, caption, html),
        async ({ means }) => (means === 'gone' ? DONE : send(api, chatId, caption, {})),
      );
    const edited = await editOr<unknown>(() => api.editMessageCaption(chatId, messageId, { caption, ...html }), asText);
    if (edited.kind === 'later') throw retry(edited);
  }

  async function dropLoading(bill: Bill): Promise<void> {
    const gone = await attempt(() => api.deleteMessage(bill.userId, bill.requestMessageId));
    if (gone.kind === 'later') throw retry(gone);
  }

  return {
    async converge(paymentId) {
      const held = await db.withLock(`invoice:${paymentId}`, async () => {
        const first = await findPayment(db, paymentId);
        if (first?.status === 'creating') await request(first);
        const payment = await findPayment(db, paymentId);
        const bill = payment && (await deps.payables[payment.subject.kind].bill(db, payment.subject.id));
        if (!payment || !bill) return true;
        if (payment.status === 'pending') {
          if (payment.invoiceMessageId === null) await show(payment, bill);
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
