import type { Tenant } from '../../../../control-plane/api/contract/tenants.ts';

type Rented = Pick<Tenant, 'paidUntil' | 'suspendedFor'>;

export const SPANS = ['day', 'week', 'month'] as const;
export type Span = (typeof SPANS)[number];

/**
 * The end of a rent that is longer by a span of the calendar here. Days of grace were lent, not given; days on which the
 * store stood still for its rent were neither: then it counts from now.
 */
export function extended({ paidUntil, suspendedFor }: Rented, span: Span, now: Date): Date {
  const from = paidUntil === null || suspendedFor === 'rent' ? now : new Date(paidUntil);
  const until = new Date(from);
  if (span === 'month') {
    until.setMonth(from.getMonth() + 1);
    // The 31st of a month that has none is its last day.
    if (until.getDate() !== from.getDate()) until.setDate(0);
  } else {
    until.setDate(from.getDate() + (span === 'week' ? 7 : 1));
  }
  return until;
}

/** The day that is paid for last: the end of a day is the first moment of the next. */
export const lastDay = (paidUntil: string): string => dayOf(new Date(Date.parse(paidUntil) - 1));

/** `2026-12-31`, here. */
export const dayOf = (at: Date): string =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;

/** The first moment of a day here. */
export const momentOf = (day: string): Date => new Date(`${day}T00:00:00`);

const DAY = /^20\d{2}-\d{2}-\d{2}$/;
export const isDay = (text: string): boolean => DAY.test(text) && !Number.isNaN(momentOf(text).getTime());

export type Standing = 'overdue' | 'due' | 'later' | 'none';
const WEEK_MS = 7 * 86_400_000;

/** How a rent stands, as the facets of the list have it. */
export function standingOf({ paidUntil }: Pick<Tenant, 'paidUntil'>, now: number): Standing {
  if (paidUntil === null) return 'none';
  const left = Date.parse(paidUntil) - now;
  if (left <= 0) return 'overdue';
  return left <= WEEK_MS ? 'due' : 'later';
}

/** The days of a month's weeks, Monday first, with those of its neighbours that fill the first and the last. */
export function weeksOf(month: string): readonly (readonly string[])[] {
  const first = momentOf(`${month}-01`);
  const start = new Date(first);
  start.setDate(1 - ((first.getDay() + 6) % 7));
  const weeks: string[][] = [];
  for (let at = start; weeks.length === 0 || dayOf(at).startsWith(month); ) {
    const week: string[] = [];
    for (let index = 0; index < 7; index++) {
      week.push(dayOf(at));
      at = new Date(at);
      at.setDate(at.getDate() + 1);
    }
    weeks.push(week);
  }
  return weeks;
}

export function monthAfter(month: string, months: number): string {
  const at = momentOf(`${month}-01`);
  at.setMonth(at.getMonth() + months);
  return dayOf(at).slice(0, 7);
}

/** The day that is paid for last; with the time of day where it does not end at midnight here. */
export function endText(paidUntil: string, language: string): string {
  const at = new Date(paidUntil);
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  if (isMidnight) return new Date(at.getTime() - 1).toLocaleDateString(language, { dateStyle: 'medium' });
  return at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}
