import { z } from 'zod';
import { withoutInvisible } from '../../../../../kernel/text.ts';
import type { Form } from '../../../../bot/form.ts';
import { referenceIn } from '../index.ts';

/** Longest values in characters, as Telegram counts them. */
export const LIMITS = { query: { min: 2, max: 64 }, note: { min: 3, max: 300 } } as const;

const ofOrder = z.object({ orderId: z.number() });
/** `seen` is what had gone back when the form began; the rest is there once it was typed. */
const refund = ofOrder.extend({ seen: z.number(), amount: z.number().optional(), reason: z.string().optional() });
const noted = ofOrder.extend({ note: z.string().optional() });
const search = z.object({ part: z.string() });

export type RefundForm = z.infer<typeof refund>;

/** Forms come from the database, where an older version of the store may have left them. */
export const readOrderId = (form: Form): number | undefined => ofOrder.safeParse(form.data).data?.orderId;
/** An order and the note that is to be confirmed with what it does. */
export const readNoted = (form: Form): z.infer<typeof noted> | undefined => noted.safeParse(form.data).data;
export const readRefund = (form: Form): RefundForm | undefined => refund.safeParse(form.data).data;
export const readPart = (form: Form): string | undefined => search.safeParse(form.data).data?.part;

/** A note or a reason on one line; undefined when it is too short or too long. */
export function parseNote(text: string): string | undefined {
  const note = text.replace(/\s+/g, ' ').trim();
  return note.length >= LIMITS.note.min && note.length <= LIMITS.note.max ? note : undefined;
}

/** A part of an invoice id; undefined when nothing can be looked for by it. */
export function parsePart(text: string): string | undefined {
  const part = referenceIn(text) ?? withoutInvisible(text).trim().replace(/^#/, '').toLowerCase();
  return part.length >= LIMITS.query.min && part.length <= LIMITS.query.max ? part : undefined;
}

export type Target = 'paid' | 'cancelled' | 'refunded';

/** The words for what an order shall become. */
const TARGETS = new Map<string, Target>([
  ['lunas', 'paid'],
  ['paid', 'paid'],
  ['batal', 'cancelled'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['refund', 'refunded'],
  ['refunded', 'refunded'],
]);

export type StatusProblem = 'no_text' | 'shape' | 'no_order' | 'unknown_status' | 'no_note' | 'note_length';

export type StatusLine =
  | { ok: true; ref: string; target: Target; note: string | undefined }
  | { ok: false; problem: StatusProblem };

/** `order_id | status | catatan`; the note may hold more bars, and only a cancellation goes without. */
export function parseStatusLine(text: string): StatusLine {
  const [ref = '', status, ...rest] = text.split('|').map((part) => part.trim());
  if (status === undefined) return { ok: false, problem: 'shape' };
  if (ref === '') return { ok: false, problem: 'no_order' };
  const target = TARGETS.get(status.toLowerCase());
  if (!target) return { ok: false, problem: 'unknown_status' };
  const typed = rest.join(' | ').trim();
  if (typed === '') {
    return target === 'cancelled'
      ? { ok: true, ref: referenceIn(ref) ?? ref.toLowerCase(), target, note: undefined }
      : { ok: false, problem: 'no_note' };
  }
  const note = parseNote(typed);
  return note === undefined
    ? { ok: false, problem: 'note_length' }
    : { ok: true, ref: referenceIn(ref) ?? ref.toLowerCase(), target, note };
}
