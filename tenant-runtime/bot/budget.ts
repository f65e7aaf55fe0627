import type { Transformer } from 'grammy';

/**
 * Who goes first where not all can: `now` are answers, invoices and goods, which a person waits for; `soon` is news that a
 * queue keeps; `bulk` is what everybody gets.
 */
export const LANES = ['now', 'soon', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** Messages that Telegram takes of one bot in a second, edits among them. */
export const PER_SECOND = 30;

/** The part of the budget that a lane may fill: what is left over is free at once for those who go before it. */
const SHARE: Record<Lane, number> = { now: 1, soon: 14 / 15, bulk: 5 / 6 };

/** A slot is taken until a second after the answer: whenever Telegram counted the call, it counts it no more. */
const WINDOW_MS = 1000;
/** Calls that may wait in one lane. Beyond them callers are told to come again, as Telegram would. */
const MOST_WAITING = 5000;
/** Chats that are remembered as held back. */
const MOST_HELD = 1000;
/** A timer may be this early. */
const EARLY_MS = 5;

/** Calls that Telegram counts; answers to taps, deletions and questions about the bot are free. */
const COUNTED = /^(send(?!ChatAction)|edit|forward|copy)/;

export type Time = { now(): number; after(millis: number, act: () => void): void };

const MONOTONIC: Time = {
  now: () => performance.now(),
  after: (millis, act) => void setTimeout(act, Math.ceil(millis)),
};

export type Budget = {
  /** For a client of the Bot API: what it sends is counted, and waits its turn in this lane. */
  lane(lane: Lane): Transformer;
};

/**
 * The one budget of messages of a bot, whoever sends them. A 429 is kept by all: while it lasts, calls are answered with it
 * before they are made. One chat that is held back is held back alone; a second one at the same time means the whole bot.
 */
export function createBudget({
  perSecond = PER_SECOND,
  time = MONOTONIC,
}: {
  perSecond?: number;
  time?: Time;
}): Budget {
  const waiting: Record<Lane, ((admitted: boolean) => void)[]> = { now: [], soon: [], bulk: [] };
  /** When the slots of calls that were answered come back, the next first. */
  const returning: number[] = [];
  const heldChats = new Map<unknown, number>();
  let heldUntil = 0;
  let underWay = 0;
  let alarm = false;

  const room = (lane: Lane) => Math.max(1, Math.floor(perSecond * SHARE[lane]));

  function taken(): number {
    const now = time.now();
    const stay = returning.findIndex((at) => at > now);
    returning.splice(0, stay === -1 ? returning.length : stay);
    return underWay + returning.length;
  }

  function pump(): void {
    for (const lane of LANES) {
      const queue = waiting[lane];
      while (queue.length > 0 && taken() < room(lane)) {
        underWay += 1;
        queue.shift()?.(true);
      }
    }
    const [next] = returning;
    if (alarm || next === undefined || LANES.every((lane) => waiting[lane].length === 0)) return;
    alarm = true;
    time.after(Math.max(1, next - time.now()), () => {
      alarm = false;
      pump();
    });
  }

  /** Resolves with a slot, or with false where too many wait already. */
  function turn(lane: Lane): Promise<boolean> {
    return new Promise((resolve) => {
      if (waiting[lane].length >= MOST_WAITING) return resolve(false);
      waiting[lane].push(resolve);
      pump();
    });
  }

  function release(counted: boolean): void {
    underWay -= 1;
    if (counted) returning.push(time.now() + WINDOW_MS);
    pump();
  }

  /** For how long nothing may be sent to this chat, in milliseconds. */
  function heldFor(chat: unknown): number {
    const left = Math.max(heldUntil, heldChats.get(chat) ?? 0) - time.now();
    return left > EARLY_MS ? left : 0;
  }

  function hold(chat: unknown, seconds: number): void {
    const now = time.now();
    const until = now + seconds * 1000;
    for (const [held, end] of heldChats) if (end <= now || heldChats.size >= MOST_HELD) heldChats.delete(held);
    heldChats.delete(chat);
    if (heldChats.size > 0) heldUntil = Math.max(heldUntil, until);
    heldChats.set(chat, until);
  }

  return {
    lane: (lane) => async (call, method, payload, signal) => {
      if (!COUNTED.test(method)) return call(method, payload, signal);
      const chat = (payload as { chat_id?: unknown }).chat_id;
      const early = heldFor(chat);
      if (early > 0) return tooMany(early);
      if (!(await turn(lane))) return tooMany(WINDOW_MS);
      const late = heldFor(chat);
      if (late > 0) {
        release(false);
        return tooMany(late);
      }
      try {
        const answer = await call(method, payload, signal);
        if (!answer.ok && answer.error_code === 429) hold(chat, answer.parameters?.retry_after ?? 1);
        return answer;
      } finally {
        release(true);
      }
    },
  };
}

function tooMany(millis: number) {
  const seconds = Math.ceil(millis / 1000);
  return {
    ok: false as const,
    error_code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  };
}
