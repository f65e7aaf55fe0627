import { addDays, dayOf, momentOf } from './calendar.ts';

/** What happens around the end of the rent, in this order. */
const RENT_STAGES = ['ahead_7', 'ahead_3', 'ahead_1', 'due', 'over'] as const;
export type RentStage = (typeof RENT_STAGES)[number];
export type RentTerms = { paidUntil: Date; timeZone: string; graceDays: number };
type Course = readonly { stage: RentStage; at: Date }[];

const AHEAD = { ahead_7: 7, ahead_3: 3, ahead_1: 1 } as const;
/** Nobody is written to at night. */
const CIVIL_HOUR = 9;

/** The last day that is paid for: the end of a day is the first moment of the next. */
export const lastDayOf = ({ paidUntil, timeZone }: RentTerms): number =>
  dayOf(new Date(paidUntil.getTime() - 1), timeZone);

/** The moment from which a store without rent stands still. */
export const overAt = ({ paidUntil, graceDays }: Pick<RentTerms, 'paidUntil' | 'graceDays'>): Date =>
  addDays(paidUntil, graceDays);

/** When each stage begins. Without a grace there is no time between due and over. Pure. */
export function courseOf(terms: RentTerms): Course {
  const { paidUntil, timeZone } = terms;
  const ahead = Object.entries(AHEAD).map(([stage, days]) => ({
    stage: stage as RentStage,
    at: momentOf(lastDayOf(terms) - days, CIVIL_HOUR, timeZone),
  }));
  const day = dayOf(paidUntil, timeZone);
  const morning = momentOf(day, CIVIL_HOUR, timeZone);
  const due = morning >= paidUntil ? morning : momentOf(day + 1, CIVIL_HOUR, timeZone);
  const over = overAt(terms);
  return [...ahead, ...(due < over ? [{ stage: 'due' as const, at: due }] : []), { stage: 'over' as const, at: over }];
}

/** The newest stage that has begun: whoever slept through others hears of this one only. */
export const stageAt = (course: Course, now: Date): RentStage | null =>
  course.findLast(({ at }) => at <= now)?.stage ?? null;

export const nextAfter = (course: Course, now: Date): Date | null => course.find(({ at }) => at > now)?.at ?? null;

export function isLater(stage: RentStage, told: RentStage | null): boolean {
  return told === null || RENT_STAGES.indexOf(stage) > RENT_STAGES.indexOf(told);
}
