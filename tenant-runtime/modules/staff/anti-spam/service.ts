import type { Clock } from '../../../../kernel/clock.ts';

export type SpamLimits = {
  /** Longest pause between two actions of one chain, in milliseconds. */
  gapMs: number;
  /** The action of a chain that is refused, and every one after it. */
  actions: number;
  /** A person who spams is answered once in this time, in milliseconds. */
  answerEveryMs: number;
  /** How many people are remembered; the one who was quiet for longest is forgotten first. */
  people: number;
};

const SPAM_LIMITS: SpamLimits = { gapMs: 1000, actions: 5, answerEveryMs: 120_000, people: 10_000 };

export type Verdict = 'admitted' | 'refused' | 'refused_aloud';

export type AntiSpam = {
  /**
   * Counts one action of a person. `sentAt` is Telegram's date of a message, in seconds: messages that waited for a
   * store that was down arrive at once, and were not sent at once. `album` is what Telegram calls the pictures that were
   * sent together: they are one action.
   */
  judge(userId: number, sentAt?: number, album?: string): Verdict;
  /** How many people are remembered. */
  size(): number;
};

type Chain = {
  lastAt: number;
  sentAt: number | undefined;
  length: number;
  answeredAt: number | undefined;
  album: { id: string; pictures: number } | undefined;
};

/** Telegram's largest album. */
const ALBUM_PICTURES = 10;

/**
 * Five actions with gaps of at most one second never span more than four seconds, so that the length of the chain says
 * all there is to say about "the fifth within five seconds".
 */
export function createAntiSpam(deps: { clock: Clock; limits?: Partial<SpamLimits> }): AntiSpam {
  const limits = { ...SPAM_LIMITS, ...deps.limits };
  // In the order of their last action, so that the first is the one to forget.
  const chains = new Map<number, Chain>();

  return {
    judge(userId, sentAt, album) {
      const now = deps.clock.now().getTime();
      const known = chains.get(userId);
      const goesOn = known !== undefined && now - known.lastAt <= limits.gapMs && !paused(known.sentAt, sentAt, limits);
      const together = album !== undefined && known?.album?.id === album && known.album.pictures < ALBUM_PICTURES;
      const length = together ? known.length : goesOn ? known.length + 1 : 1;
      const refused = length >= limits.actions;
      const answered = known?.answeredAt !== undefined && now - known.answeredAt < limits.answerEveryMs;
      const aloud = refused && !answered;
      chains.delete(userId);
      chains.set(userId, {
        lastAt: now,
        sentAt,
        length,
        answeredAt: aloud ? now : known?.answeredAt,
        album:
          album === undefined ? undefined : { id: album, pictures: together ? (known.album?.pictures ?? 0) + 1 : 1 },
      });
      for (const oldest of chains.keys()) {
        if (chains.size <= limits.people) break;
        chains.delete(oldest);
      }
      return aloud ? 'refused_aloud' : refused ? 'refused' : 'admitted';
    },
    size: () => chains.size,
  };
}

/** Telegram's dates are whole seconds: a difference of two seconds or more is certainly a pause of more than one. */
function paused(before: number | undefined, after: number | undefined, limits: SpamLimits): boolean {
  if (before === undefined || after === undefined) return false;
  return (after - before - 1) * 1000 >= limits.gapMs;
}
