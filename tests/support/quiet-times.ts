const HALF_A_DAY_MS = 12 * 3_600_000;

/** Settings by which nothing that runs once a day comes due during the tests, whenever they run: it is half a day away. */
export function quietTimes(): Record<string, string> {
  // No zone of stores is more than two hours from it.
  const at = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Jakarta', timeStyle: 'short' }).format(
    Date.now() + HALF_A_DAY_MS,
  );
  return { BACKUP_TIME: at, LAPAK_RESTORE_DRILL_TIME: at, LAPAK_SELF_BACKUP_TIME: at, LAPAK_DIGEST_TIME: at };
}
