/**
 * The "now" of the services, which tests set. Not all time comes from here: leases and some SQL use the database's
 * `now()`; the CLI, the drivers and whatever only waits or measures read the system's clocks themselves.
 */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
