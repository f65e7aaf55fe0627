import { z } from 'zod';
import { MAX_RUPIAH, parseRupiah, type Rupiah } from '../../../../../kernel/money.ts';
import { withoutInvisible } from '../../../../../kernel/text.ts';
import type { Form } from '../../../../bot/form.ts';
import { personIn } from '../../../money/orders/index.ts';

/** Longest values in characters, as Telegram counts them; a message leaves room for the line above it. */
export const LIMITS = { query: 64, reason: { min: 3, max: 300 }, message: 3500, amount: MAX_RUPIAH } as const;

export type Problem =
  | 'no_text'
  | 'query_long'
  | 'amount_sign'
  | 'amount_shape'
  | 'amount_decimals'
  | 'amount_zero'
  | 'amount_large'
  | 'reason_short'
  | 'reason_long'
  | 'message_empty'
  | 'message_long';

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export function parseQuery(text: string): Parsed<string> {
  const value = personIn(text) ?? withoutInvisible(text).trim();
  return value.length > LIMITS.query ? { ok: false, problem: 'query_long' } : { ok: true, value };
}

const AMOUNT: Record<'empty' | 'not_a_price' | 'decimals' | 'too_small' | 'too_large', Problem> = {
  empty: 'amount_shape',
  not_a_price: 'amount_shape',
  decimals: 'amount_decimals',
  too_small: 'amount_zero',
  too_large: 'amount_large',
};

/** `+10000`, `- Rp5.000`: without a sign nobody could say which way the money should go. */
export function parseMove(text: string): Parsed<Rupiah> {
  const [, sign, rest] = /^([+\-−–])(.*)$/s.exec(text.trim()) ?? [];
  if (sign === undefined || rest === undefined) return { ok: false, problem: 'amount_sign' };
  const parsed = parseRupiah(rest);
  if (!parsed.ok) return { ok: false, problem: AMOUNT[parsed.reason] };
  return { ok: true, value: sign === '+' ? parsed.amount : -parsed.amount };
}

export function parseReason(text: string): Parsed<string> {
  const value = text.replace(/\s+/g, ' ').trim();
  if (value.length < LIMITS.reason.min) return { ok: false, problem: 'reason_short' };
  return value.length > LIMITS.reason.max ? { ok: false, problem: 'reason_long' } : { ok: true, value };
}

export function parseMessage(text: string): Parsed<string> {
  const value = text.trim();
  if (value === '') return { ok: false, problem: 'message_empty' };
  return value.length > LIMITS.message ? { ok: false, problem: 'message_long' } : { ok: true, value };
}

const ofUser = z.object({ userId: z.number() });
/** `key` makes this adjustment one, however often its last step is taken; `amount` is there once it was typed. */
const adjustment = ofUser.extend({ key: z.string(), amount: z.number().optional() });
const confirmed = adjustment.extend({ amount: z.number(), reason: z.string() });
const search = z.object({ query: z.string() });

/** Forms come from the database, where an older version of the store may have left them. */
export const readUserId = (form: Form): number | undefined => ofUser.safeParse(form.data).data?.userId;
export const readAdjustment = (form: Form): z.infer<typeof adjustment> | undefined =>
  adjustment.safeParse(form.data).data;
export const readConfirmed = (form: Form): z.infer<typeof confirmed> | undefined => confirmed.safeParse(form.data).data;
export const readQuery = (form: Form): string | undefined => search.safeParse(form.data).data?.query;
