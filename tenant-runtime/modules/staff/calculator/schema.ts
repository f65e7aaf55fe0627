import { z } from 'zod';
import { type ParsedRupiah, parseRupiah } from '../../../../kernel/money.ts';
import type { Form } from '../../../bot/form.ts';
import { RULES } from './rules.ts';

/** What the refund wizard asks, in this order. */
export const REFUND_STEPS = ['price', 'total', 'used', 'claims'] as const;
export type RefundStep = (typeof REFUND_STEPS)[number];

const MAX_DAYS = 36_500;
const MAX_CLAIMS = 1000;

const refundForm = z.object({
  price: z.number().optional(),
  total: z.number().optional(),
  used: z.number().optional(),
});
export type RefundForm = z.infer<typeof refundForm>;

const ruleForm = z.object({ rule: z.enum(RULES), seen: z.string(), text: z.string().optional() });
export type RuleForm = z.infer<typeof ruleForm>;

/** Forms come from the database, where an older version of the store may have left them. */
export const readRefundForm = (form: Form): RefundForm | undefined => refundForm.safeParse(form.data).data;
export const readRuleForm = (form: Form): RuleForm | undefined => ruleForm.safeParse(form.data).data;

/** The first thing that is not known yet. */
export const stepOf = (form: RefundForm): RefundStep =>
  form.price === undefined ? 'price' : form.total === undefined ? 'total' : form.used === undefined ? 'used' : 'claims';

export type AnswerProblem =
  | { kind: 'not_text' | 'not_a_number' | 'negative' | 'decimals' | 'no_days' }
  | { kind: 'too_many'; max: number }
  | { kind: 'more_than_total'; total: number }
  | { kind: 'price'; reason: Exclude<ParsedRupiah, { ok: true }>['reason'] };

export type Answer = { ok: true; value: number } | { ok: false; problem: AnswerProblem };

/** Reads an amount of money as the answer to a question. */
export function readAmount(text: string | undefined): Answer {
  if (text === undefined) return { ok: false, problem: { kind: 'not_text' } };
  if (isNegative(text)) return { ok: false, problem: { kind: 'negative' } };
  const parsed = parseRupiah(text);
  return parsed.ok
    ? { ok: true, value: parsed.amount }
    : { ok: false, problem: { kind: 'price', reason: parsed.reason } };
}

/** Reads the answer to one question of the refund wizard. */
export function readAnswer(step: RefundStep, form: RefundForm, text: string | undefined): Answer {
  if (step === 'price') return readAmount(text);
  const max = step === 'claims' ? MAX_CLAIMS : MAX_DAYS;
  const read = readCount(text, max);
  if (!read.ok) return read;
  if (step === 'total' && read.value === 0) return { ok: false, problem: { kind: 'no_days' } };
  const { total = 0 } = form;
  if (step === 'used' && read.value > total) return { ok: false, problem: { kind: 'more_than_total', total } };
  return read;
}

function readCount(text: string | undefined, max: number): Answer {
  if (text === undefined) return { ok: false, problem: { kind: 'not_text' } };
  if (isNegative(text)) return { ok: false, problem: { kind: 'negative' } };
  const body = text.trim();
  if (/^\d+[.,]\d+$/.test(body)) return { ok: false, problem: { kind: 'decimals' } };
  if (!/^\d+$/.test(body)) return { ok: false, problem: { kind: 'not_a_number' } };
  const value = Number(body);
  return value > max ? { ok: false, problem: { kind: 'too_many', max } } : { ok: true, value };
}

const isNegative = (text: string): boolean => /^\s*[-−–]\s*(rp\.?\s*)?\d/i.test(text);
