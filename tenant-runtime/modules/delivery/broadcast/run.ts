import type { Broadcast } from './schema.ts';

/** What a process knows of the broadcast that it is sending. */
export type Run = {
  readonly broadcast: Broadcast;
  /** The newest message of the bot that was answered: whatever is sent from now on has a higher number. */
  newest: number | null;
  /** Counts beginnings and losses, so that each can be told from those before and after it. */
  ticket: number;
  /** Recipients whose answer was lost, and for whom no newer message is known yet. */
  unbounded: { userId: number; lostAt: number }[];
  /** Recipients to be looked up, bounded or not. */
  unsure: number;
  /** Calls that failed one after the other. */
  failures: number;
  /** Recipients for whom Telegram refused the message one after the other, and why it did last. */
  refusals: number;
  refusal: string;
  /** Telegram was away: it is asked for its health before the next message goes out. */
  troubled: boolean;
};

/** Takes out those recipients whose answer was lost before the ticket `began`: a message of that call is newer than theirs. */
export function takeBounded(run: Run, began: number): number[] {
  const bounded = run.unbounded.filter(({ lostAt }) => lostAt < began);
  if (bounded.length > 0) run.unbounded = run.unbounded.filter(({ lostAt }) => lostAt >= began);
  return bounded.map(({ userId }) => userId);
}

/** Remembers a message that was answered. */
export function noteAnswered(run: Run, messageId: number): void {
  run.newest = Math.max(run.newest ?? 0, messageId);
}

const LONGEST_WAIT_MS = 60_000;

/** How long to wait after so many failures in a row, in milliseconds. */
export const backOff = (failures: number): number => Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures);
