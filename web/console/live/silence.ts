/** How often the control plane beats, until the stream has said it. */
const USUAL_MS = 10_000;
/** Beats that may be late before a stream counts as dead. */
const MISSED = 2.5;

export type Silence = {
  /** Something came over the stream, or was heard of it. */
  heard(at: number): void;
  /** A heartbeat came; its data says how often they come. */
  beat(at: number, data: string): void;
  isTooLong(at: number): boolean;
  /** Milliseconds between two looks at it. */
  lookMs(): number;
};

/**
 * Whether a stream has been silent for longer than a living one can be. By the clock on the wall: a timer stands still
 * while the machine sleeps. Pure but for what it was told.
 */
export function createSilence(begin: number): Silence {
  let last = begin;
  let everyMs = USUAL_MS;
  return {
    heard(at) {
      last = at;
    },
    beat(at, data) {
      last = at;
      everyMs = everyMsOf(data) ?? everyMs;
    },
    isTooLong(at) {
      // The clock was set back: counted from here on.
      if (at < last) last = at;
      return at - last > everyMs * MISSED;
    },
    lookMs: () => everyMs / 2,
  };
}

function everyMsOf(data: string): number | undefined {
  try {
    const { everyMs } = JSON.parse(data);
    return typeof everyMs === 'number' && everyMs >= 100 && everyMs <= 600_000 ? everyMs : undefined;
  } catch {
    return undefined;
  }
}
