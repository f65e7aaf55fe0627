import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDb } from '../../kernel/db.ts';
import { nextOccurrence } from '../../kernel/recurrence.ts';
import { clusterUrl } from '../support/postgres.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 366 * DAY_MS;
const ZONES = Intl.supportedValuesOf('timeZone');
/** From the year on in which Samoa left a day out. */
const SPANS = [2011, 2018, ...Array.from({ length: 10 }, (_, n) => 2024 + n)].map((year) => Date.UTC(year, 0));

/** All names that zones have, old ones too: Postgres knows them, where Intl lists one of each zone. */
async function allZones(): Promise<string[]> {
  const db = createDb({ connectionString: clusterUrl(), max: 1 });
  const rows = await db.query<{ name: string }>('SELECT name FROM pg_timezone_names ORDER BY name');
  await db.close();
  return rows.map(({ name }) => name).filter((name) => /^(?!posix)[A-Z]/.test(name) && name !== 'Factory');
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** `YYYY-MM-DD HH:MM:SS` by the clocks of a zone: strings of this form compare as the times do. */
function shown(timeZone: string, at: number | Date): string {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  if (!known) formats.set(timeZone, format);
  return format.format(at);
}

function occurrences(dailyAt: string, timeZone: string, from: Date, until: Date): Date[] {
  const found: Date[] = [];
  for (let at = nextOccurrence({ dailyAt, timeZone }, from); at < until; ) {
    found.push(at);
    at = nextOccurrence({ dailyAt, timeZone }, at);
  }
  return found;
}

const iso = (dates: Date[]) => dates.map((date) => date.toISOString());
const inZone = (dailyAt: string, timeZone: string, from: string, until: string) =>
  iso(occurrences(dailyAt, timeZone, new Date(from), new Date(until)));

describe('a daily recurrence', () => {
  test('in a night without its time comes right after the clocks jump', () => {
    expect(inZone('02:30', 'Europe/Berlin', '2027-03-27T00:00Z', '2027-03-30T00:00Z')).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-28T01:00:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
    expect(inZone('00:15', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-05T12:00Z')).toEqual([
      '2018-11-04T03:00:00.000Z',
      '2018-11-05T02:15:00.000Z',
    ]);
    expect(inZone('02:10', 'Australia/Lord_Howe', '2026-10-02T16:00Z', '2026-10-04T16:00Z')).toEqual([
      '2026-10-03T15:30:00.000Z',
      '2026-10-04T15:10:00.000Z',
    ]);
  });

  test('in a night with its time twice comes at the first', () => {
    expect(inZone('02:30', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(inZone('23:30', 'America/Sao_Paulo', '2018-02-17T12:00Z', '2018-02-19T12:00Z')).toEqual([
      '2018-02-18T01:30:00.000Z',
      '2018-02-19T02:30:00.000Z',
    ]);
    expect(inZone('02:30', 'Africa/Casablanca', '2026-02-14T12:00Z', '2026-02-16T12:00Z')).toEqual([
      '2026-02-15T01:30:00.000Z',
      '2026-02-16T02:30:00.000Z',
    ]);
  });

  test('has no occurrence on a day that the zone left out', () => {
    expect(inZone('03:00', 'Pacific/Apia', '2011-12-28T20:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T13:00:00.000Z',
      '2011-12-30T13:00:00.000Z',
      '2011-12-31T13:00:00.000Z',
    ]);
  });

  test('of the last hour of a day that ends before it comes right after that day', () => {
    expect(inZone('23:30', 'America/Nuuk', '2024-03-30T00:00Z', '2024-04-02T00:00Z')).toEqual([
      '2024-03-30T01:30:00.000Z',
      '2024-03-31T01:00:00.000Z',
      '2024-04-01T00:30:00.000Z',
    ]);
  });

  test('around each change of the clocks of 590 zones in 12 years comes once a day, as soon as its time is reached', async () => {
    const zones = await allZones();
    expect(zones.length).toBeGreaterThan(590);
    // Zones that change their clocks alike are one case.
    const changes = new Set<string>();
    for (const timeZone of zones) {
      for (const change of SPANS.flatMap((from) => changesOf(timeZone, from, from + YEAR_MS))) {
        const wall = shown(timeZone, change - 1000);
        const of = `${change} ${wall} ${shown(timeZone, change)}`;
        if (changes.has(of)) continue;
        changes.add(of);
        for (const minutes of [-90, 0, 1, 30]) expectOnceADay(timeZone, timeOf(wall, minutes), change);
      }
    }
    // Were none found, none were tested.
    expect(changes.size).toBeGreaterThan(600);
  }, 120_000);

  test('comes once a day at any time of day, in any zone, on any day', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 1439 }),
        fc.date({ min: new Date('1995-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (timeZone, minutes, around) =>
          expectOnceADay(timeZone, timeOf('2000-01-01 00:00:00', minutes), around.getTime()),
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

test('a recurrence at equal distances keeps its place whatever it is asked from', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 86_400 }),
      fc.nat({ max: 86_400 }),
      fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      (everySeconds, offset, after) => {
        const offsetSeconds = offset % everySeconds;
        const next = nextOccurrence({ everySeconds, offsetSeconds }, after).getTime();
        expect(next).toBeGreaterThan(after.getTime());
        expect(next - after.getTime()).toBeLessThanOrEqual(everySeconds * 1000);
        expect((next / 1000 - offsetSeconds) % everySeconds).toBe(0);
      },
    ),
  );
});

/** Each day of the zone that is near has one occurrence, and it is no later than it must be. */
function expectOnceADay(timeZone: string, dailyAt: string, around: number): void {
  const about = `${dailyAt} in ${timeZone} around ${new Date(around).toISOString()}`;
  const perDay = new Map<string, number>();
  for (const at of occurrences(dailyAt, timeZone, new Date(around - 3 * DAY_MS), new Date(around + 3 * DAY_MS))) {
    const [before, then] = [shown(timeZone, at.getTime() - 1000), shown(timeZone, at)];
    const [dayBefore, day] = [before.slice(0, 10), then.slice(0, 10)];
    // The day before may have ended without its time.
    const isLeftOver = dayBefore !== day && then < `${day} ${dailyAt}`;
    const wanted = `${isLeftOver ? dayBefore : day} ${dailyAt}:00`;
    expect(before < wanted && wanted <= then, about).toBe(true);
    perDay.set(wanted, (perDay.get(wanted) ?? 0) + 1);
  }
  for (let at = around - 2 * DAY_MS; at <= around + 2 * DAY_MS; at += 4 * HOUR_MS) {
    const day = shown(timeZone, at).slice(0, 10);
    expect(perDay.get(`${day} ${dailyAt}:00`), `${day}: ${about}`).toBe(1);
  }
}

/** So many minutes after the time of day that is shown, as `HH:MM`. */
function timeOf(wall: string, minutes: number): string {
  const at = new Date(`2000-01-01T${wall.slice(11)}Z`).getTime() + minutes * 60_000;
  return new Date(at).toISOString().slice(11, 16);
}

/** The first seconds at which a zone's clocks are set otherwise. */
function changesOf(timeZone: string, from: number, until: number): number[] {
  const offset = (at: number) => Date.parse(`${shown(timeZone, at).replace(' ', 'T')}Z`) - at;
  const found: number[] = [];
  let before = offset(from);
  for (let at = from; at < until; at += 7 * DAY_MS) {
    let [low, high] = [at, at + 7 * DAY_MS];
    const after = offset(high);
    if (before === after) continue;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    found.push(high);
    before = after;
  }
  return found;
}
