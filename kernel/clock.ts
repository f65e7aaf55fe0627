/** The source of "now". Tests set it; nothing else in Lapak reads the wall clock. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
