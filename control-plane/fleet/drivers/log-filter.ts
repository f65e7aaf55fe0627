/** Levels of lines by how grave they are, as pino numbers them. */
const RANKS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

export type LineLevel = keyof typeof RANKS;

/** What a line of JSON tells of itself: its rank, and its time in milliseconds; neither of any other line. */
type Told = { rank?: number; time?: number };

const isLevel = (level: unknown): level is LineLevel => typeof level === 'string' && Object.hasOwn(RANKS, level);

function toldBy(line: string): Told {
  if (!line.startsWith('{')) return {};
  let entry: { level?: unknown; time?: unknown };
  try {
    entry = JSON.parse(line);
  } catch {
    return {};
  }
  const { level, time } = entry;
  const at = typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN;
  return {
    ...(isLevel(level) ? { rank: RANKS[level] } : typeof level === 'number' ? { rank: level } : {}),
    ...(Number.isNaN(at) ? {} : { time: at }),
  };
}

/** When a line says that it was written, in milliseconds; undefined for one that does not say. */
export const timeOfLine = (line: string): number | undefined => toldBy(line).time;

/** Whether a line is of a level or above. A line without one is let through: it may be the trace of a crash. */
export function isOfLevel(line: string, least: LineLevel | undefined): boolean {
  if (least === undefined) return true;
  const { rank } = toldBy(line);
  return rank === undefined || rank >= RANKS[least];
}

/** What of one line is kept, in characters: a store may write without ever ending a line. */
export const LONGEST_LINE = 1024 * 1024;

/** A line that goes on, no longer than is kept of one: what it begins with says more. */
export function joined(begun: string, more: string): string {
  if (begun.length >= LONGEST_LINE) return begun;
  const line = begun + more;
  return line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line;
}

/** Whether a new line is what was asked for; one without a time is new. */
export function isAskedFor(
  line: string,
  { since, level }: { since?: Date | undefined; level?: LineLevel | undefined },
): boolean {
  if (since && (timeOfLine(line) ?? Number.POSITIVE_INFINITY) < since.getTime()) return false;
  return isOfLevel(line, level);
}
