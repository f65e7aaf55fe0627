import type { Intake } from '../../../config.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Without webhooks the customer waits for our question; with them it is a safety net. In milliseconds. */
const PENDING_GAPS: Record<Intake['mode'], { young: number; old: number }> = {
  polling: { young: 5 * SECOND, old: 15 * SECOND },
  webhook: { young: 30 * SECOND, old: 60 * SECOND },
};
const YOUNG = 5 * MINUTE;

/** How long after expiry an answer of the gateway is waited for before the stock is given back without it. */
export const EXPIRY_GRACE = 2 * MINUTE;

/** Late money is looked for this long after an order ended. */
const AFTER_END = [10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR] as const;

/** When a pending payment is asked about next; at its expiry at the latest. */
export function nextPendingCheck(payment: { createdAt: Date; expiresAt: Date }, now: Date, mode: Intake['mode']): Date {
  const gaps = PENDING_GAPS[mode];
  const gap = now.getTime() - payment.createdAt.getTime() < YOUNG ? gaps.young : gaps.old;
  const next = now.getTime() + gap;
  const expiry = payment.expiresAt.getTime() + SECOND;
  return new Date(now.getTime() < expiry ? Math.min(next, expiry) : next);
}

/** When an ended payment is asked about for the `checks`-th time after its end; null when it was asked often enough. */
export function nextLateCheck(checks: number, now: Date): Date | null {
  const gap = AFTER_END[checks];
  return gap === undefined ? null : new Date(now.getTime() + gap);
}
