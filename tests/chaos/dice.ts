import { sha256Hex } from '../../kernel/crypto.ts';

/** Randomness that a seed repeats. */
export type Dice = {
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** True in this share of all throws. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
};

/**
 * Dice of their own for everything that throws some: what one person does next never depends on who threw before. The
 * generator is mulberry32.
 */
export function createDice(seed: number, ...about: readonly (string | number)[]): Dice {
  let state = Number.parseInt(sha256Hex([seed, ...about].join(':')).slice(0, 8), 16);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { whole, chance: (share) => next() < share, pick: (from) => from[whole(0, from.length - 1)]! };
}
