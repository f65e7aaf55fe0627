/**
 * The last lines of a log, and which of them match a text. Nothing is parsed before it is shown: a burst of lines costs
 * their storage and one search each.
 */
export type LogBuffer = {
  push(lines: readonly string[]): void;
  /** Lines with this text in them, whatever the case; every line with none. */
  search(text: string): void;
  clear(): void;
  /** How many match. */
  readonly count: number;
  /** How many there are. */
  readonly total: number;
  /** Matching lines that were dropped for newer ones: whoever looks at a place in the list moves it by as many. */
  readonly dropped: number;
  /** The matching line at a place, the oldest first. */
  at(index: number): string | undefined;
  /** The matching lines as a text. */
  text(): string;
};

/** @param capacity how many lines are kept; a tenth more for a moment, so that not each line moves all others */
export function createLogBuffer(capacity: number): LogBuffer {
  const most = Math.ceil(capacity * 1.1);
  let kept: string[] = [];
  /** Number of the first line that is kept, counted from the first that ever came. */
  let first = 0;
  /** Numbers of the lines that match; undefined while all do. */
  let hits: number[] | undefined;
  let needle = '';
  let dropped = 0;

  const matches = (line: string) => line.toLowerCase().includes(needle);

  function trim(): void {
    if (kept.length <= most) return;
    const gone = kept.length - capacity;
    kept = kept.slice(gone);
    first += gone;
    if (!hits) {
      dropped += gone;
      return;
    }
    const stays = hits.findIndex((number) => number >= first);
    const lost = stays === -1 ? hits.length : stays;
    hits = hits.slice(lost);
    dropped += lost;
  }

  return {
    push(lines) {
      for (const line of lines) {
        if (hits && matches(line)) hits.push(first + kept.length);
        kept.push(line);
      }
      trim();
    },
    search(text) {
      needle = text.trim().toLowerCase();
      dropped = 0;
      hits = needle === '' ? undefined : kept.flatMap((line, index) => (matches(line) ? [first + index] : []));
    },
    clear() {
      kept = [];
      first = 0;
      dropped = 0;
      if (hits) hits = [];
    },
    get count() {
      return hits ? hits.length : kept.length;
    },
    get total() {
      return kept.length;
    },
    get dropped() {
      return dropped;
    },
    at(index) {
      const number = hits ? hits[index] : first + index;
      return number === undefined ? undefined : kept[number - first];
    },
    text() {
      const lines = hits ? hits.map((number) => kept[number - first]) : kept;
      return lines.map((line) => `${line}\n`).join('');
    },
  };
}
