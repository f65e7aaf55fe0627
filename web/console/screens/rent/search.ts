import { given, textOf } from '../../parts/search.ts';

export type RentSearch = { month?: string; day?: string };

/** `?month=2026-12&day=2026-12-31`; this month without. */
export function rentSearch({ month, day }: Record<string, unknown>): RentSearch {
  const known = /^20\d{2}-(0[1-9]|1[0-2])$/.exec(textOf(month) ?? '')?.[0];
  const chosen = /^20\d{2}-(0[1-9]|1[0-2])-\d{2}$/.exec(textOf(day) ?? '')?.[0];
  return given({ month: known, day: chosen });
}
