import { InlineKeyboard, InputFile } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import type { Html } from '../../../bot/html.ts';
import type { MethodKind } from '../../../gateway/index.ts';
import { copy, LABELS } from './copy.ts';
import type { Bill } from './payable.ts';
import type { Payment } from './schema.ts';

export type InvoiceFacts = {
  kind: MethodKind;
  /** What people call the method. */
  label: string;
  /** Content of the QR code, number of the account, or address of the page. */
  number: string;
  page: string;
  /** When it expires, as the customer reads it. */
  expires: Html;
};

/** What the customer is shown: a code to scan, a number to copy, or a page to open. With a photo, the text is its caption. */
export async function invoiceMessage(
  payment: Payment,
  bill: Bill,
  { kind, label, number, page, expires }: InvoiceFacts,
): Promise<{ text: Html; photo?: InputFile; keyboard: InlineKeyboard }> {
  const keyboard = new InlineKeyboard();
  if (kind === 'account') keyboard.copyText(LABELS.copyNumber, number).row();
  keyboard.copyText(LABELS.copyRef, payment.ref);
  // A page that takes the money tells the fee, and so the total, itself.
  if (kind !== 'link') keyboard.copyText(LABELS.copyTotal, String(payment.totalPayment ?? payment.amount));
  keyboard
    .row()
    .url(kind === 'link' ? LABELS.open : LABELS.checkout, kind === 'link' ? number : page)
    .success()
    .row()
    .text(LABELS.status, bill.buttons.status)
    .row()
    .text(bill.cancelLabel, bill.buttons.cancel)
    .danger();
  const text = copy.invoice(payment, bill, { kind, label, number, expires });
  return kind === 'qr' ? { text, photo: await qrCode(number), keyboard } : { text, keyboard };
}

/**
 * Removes the message whose button was pressed if it is a copy of an invoice that another message shows, or that has ended:
 * Telegram may have taken one of which it never told.
 */
export function eraseCopy(ctx: StoreContext, payment: Pick<Payment, 'status' | 'invoiceMessageId'> | undefined): void {
  const pressed = ctx.callbackQuery?.message;
  if (!pressed || !payment || !('photo' in pressed)) return;
  const shown = payment.invoiceMessageId;
  const isOpen = payment.status === 'creating' || payment.status === 'pending';
  if (isOpen ? shown !== null && shown !== pressed.message_id : true) ctx.erase();
}

async function qrCode(content: string): Promise<InputFile> {
  // Loaded with the first invoice: a store that waits for customers does not carry it in memory.
  const { qrPng } = await import('../../../bot/qr.ts');
  return new InputFile(qrPng(content), 'qr.png');
}
