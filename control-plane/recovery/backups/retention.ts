/** Grandfather, father, son: how many days, weeks and months have a backup. */
export const KEPT = { days: 7, weeks: 4, months: 12 } as const;

const DAY_MS = 86_400_000;
/** What was made on purpose, and what the day still may need, is not deleted behind its maker's back. */
const YOUNG_MS = DAY_MS;
/** A backup that was taken before a change can be gone back to for this long. */
const BEFORE_CHANGE_MS = 7 * DAY_MS;
/** One that was never verified may be looked at for this long. */
const UNVERIFIED_MS = 7 * DAY_MS;

export type Keepable = { id: string; at: Date; verified: boolean; reason: string };

/**
 * Which backups of a store go. Kept are the newest verified one of each of the last 7 days, 4 weeks and 12 months that have
 * one, in the store's time zone; whatever is younger than a day; those from before a change for 7 days; and always the
 * newest verified one. Pure.
 * @returns ids
 */
export function expired(backups: readonly Keepable[], now: Date, timeZone: string): string[] {
  const verified = backups.filter((backup) => backup.verified).sort((a, b) => b.at.getTime() - a.at.getTime());
  const calendar = calendarOf(timeZone);
  const keep = new Set<string>(verified.slice(0, 1).map(({ id }) => id));
  for (const [period, count] of [
    ['day', KEPT.days],
    ['week', KEPT.weeks],
    ['month', KEPT.months],
  ] as const) {
    const seen = new Set<string>();
    for (const { id, at } of verified) {
      const name = calendar(at)[period];
      if (seen.has(name) || seen.size === count) continue;
      seen.add(name);
      keep.add(id);
    }
  }
  return backups.filter((backup) => !keep.has(backup.id) && !isYoung(backup, now)).map(({ id }) => id);
}

function isYoung({ at, verified, reason }: Keepable, now: Date): boolean {
  const age = now.getTime() - at.getTime();
  if (!verified) return age < UNVERIFIED_MS;
  return age < (reason.startsWith('before-') ? BEFORE_CHANGE_MS : YOUNG_MS);
}

/** Names of the day, the week (by its Monday) and the month that a moment is in. */
function calendarOf(timeZone: string): (at: Date) => { day: string; week: string; month: string } {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at) => {
    const day = format.format(at);
    const date = new Date(`${day}T00:00:00Z`);
    const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY_MS);
    return { day, week: monday.toISOString().slice(0, 10), month: day.slice(0, 7) };
  };
}
