import { type ParsedRupiah, parseRupiah } from '../../../../kernel/money.ts';
import { withoutInvisible } from '../../../../kernel/text.ts';
import { MAX_USES, type VoucherDraft } from './schema.ts';

/** The parts of a line, in their order; `line` is the line as a whole. */
export const FIELDS = ['code', 'amount', 'limit', 'starts', 'ends'] as const;
export type VoucherField = (typeof FIELDS)[number] | 'line';

export type VoucherReason =
  | 'empty'
  | 'too_few_parts'
  | 'too_many_parts'
  | 'too_many_lines'
  | 'code_letters'
  | 'code_length'
  | 'code_repeated'
  | 'code_taken'
  | 'percent_whole'
  | 'percent_range'
  | 'limit_number'
  | 'limit_range'
  | 'date_form'
  | 'date_unknown'
  | 'ends_before_start'
  | 'ends_past'
  | Exclude<ParsedRupiah, { ok: true }>['reason'];

/** What is wrong, and where: lines count from 1. */
export type VoucherProblem = { line: number; field: VoucherField; reason: VoucherReason };

export type PlacedDraft = VoucherDraft & { line: number };

export type ParsedVouchers = { ok: true; drafts: PlacedDraft[] } | { ok: false; problems: VoucherProblem[] };

/** Lines that are read at once. */
export const MAX_LINES = 50;

/**
 * Reads vouchers, one a line: `KODE | NOMINAL | BATAS_PAKAI`, optionally `| MULAI | SAMPAI` (`YYYY-MM-DD`). All of them
 * or none: every problem is reported with its place. `today` is the day in the store's zone.
 */
export function parseVouchers(text: string, today: string): ParsedVouchers {
  const typed = withoutInvisible(text)
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter((each) => each.text !== '');
  if (typed.length === 0) return { ok: false, problems: [{ line: 1, field: 'line', reason: 'empty' }] };
  const beyond = typed[MAX_LINES];
  if (beyond) return { ok: false, problems: [{ line: beyond.line, field: 'line', reason: 'too_many_lines' }] };
  const drafts: PlacedDraft[] = [];
  const problems: VoucherProblem[] = [];
  for (const each of typed) {
    const read = parseLine(each.text, today);
    if ('problems' in read) problems.push(...read.problems.map((problem) => ({ line: each.line, ...problem })));
    else if (drafts.some(({ code }) => code === read.code)) {
      problems.push({ line: each.line, field: 'code', reason: 'code_repeated' });
    } else drafts.push({ line: each.line, ...read });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, drafts };
}

type Problem = Omit<VoucherProblem, 'line'>;

function parseLine(text: string, today: string): VoucherDraft | { problems: Problem[] } {
  const parts = text.split('|').map((part) => part.trim());
  if (parts.length < 3 || parts.length === 4) return { problems: [{ field: 'line', reason: 'too_few_parts' }] };
  if (parts.length > 5) return { problems: [{ field: 'line', reason: 'too_many_parts' }] };
  const [code = '', amount = '', limit = '', starts, ends] = parts;
  const problems: Problem[] = [];
  const note = (field: VoucherField, reason: VoucherReason | undefined): void => {
    if (reason) problems.push({ field, reason });
  };
  note('code', codeProblem(code));
  const worth = parseWorth(amount);
  note('amount', worth.reason);
  note('limit', limitProblem(limit));
  note('starts', starts === undefined ? undefined : dateProblem(starts));
  note('ends', ends === undefined ? undefined : (dateProblem(ends) ?? endsProblem(starts ?? '', ends, today)));
  if (problems.length > 0) return { problems };
  return {
    code: code.toUpperCase(),
    kind: worth.kind,
    value: worth.value,
    maxUses: Number(limit),
    startsOn: starts ?? null,
    endsOn: ends ?? null,
  };
}

function codeProblem(code: string): VoucherReason | undefined {
  if (code === '') return 'empty';
  if (!/^[a-z0-9_-]+$/i.test(code)) return 'code_letters';
  return code.length < 3 || code.length > 32 ? 'code_length' : undefined;
}

function parseWorth(text: string): { kind: VoucherDraft['kind']; value: number; reason?: VoucherReason } {
  if (text.endsWith('%')) {
    const digits = text.slice(0, -1).trim();
    const value = Number(digits);
    if (!/^\d{1,15}$/.test(digits)) return { kind: 'percent', value: 0, reason: 'percent_whole' };
    return value < 1 || value > 100 ? { kind: 'percent', value, reason: 'percent_range' } : { kind: 'percent', value };
  }
  const parsed = parseRupiah(text);
  return parsed.ok ? { kind: 'rupiah', value: parsed.amount } : { kind: 'rupiah', value: 0, reason: parsed.reason };
}

function limitProblem(text: string): VoucherReason | undefined {
  if (text === '') return 'empty';
  if (!/^\d+$/.test(text)) return 'limit_number';
  return Number(text) < 1 || Number(text) > MAX_USES ? 'limit_range' : undefined;
}

function dateProblem(text: string): VoucherReason | undefined {
  if (text === '') return 'empty';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'date_form';
  const at = new Date(`${text}T00:00:00Z`);
  // 31 February is read as a day of March, and a year before 2000 is a slip of the finger.
  const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && text >= '2000';
  return exists ? undefined : 'date_unknown';
}

function endsProblem(starts: string, ends: string, today: string): VoucherReason | undefined {
  if (ends < today) return 'ends_past';
  return dateProblem(starts) === undefined && ends < starts ? 'ends_before_start' : undefined;
}
