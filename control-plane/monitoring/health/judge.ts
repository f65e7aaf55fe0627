import { HEALTH_CHECKS, type HealthCheckName } from '../../api/contract/index.ts';
import type { Observation } from '../../fleet/drivers/index.ts';
import type { Finding, Findings } from './findings.ts';

/** What is remembered of a store from one look to the next. */
export type Memory = {
  /** Failures in a row; a check that is well is left out. */
  failures: Partial<Record<HealthCheckName, number>>;
  /** The driver's count of restarts. */
  restarts: number;
  /** Crashes since the store last ran for `STABLE_MS`. */
  crashes: number;
  crashedAt: Date | null;
};

export const WELL: Memory = { failures: {}, restarts: 0, crashes: 0, crashedAt: null };

export type Judgement = {
  memory: Memory;
  /** Checks that failed often enough to be told. */
  failing: HealthCheckName[];
  /** Checks that failed before and are well now. */
  recovered: HealthCheckName[];
  loop: 'none' | 'looping' | 'over';
};

/** Failures in a row before somebody is told: one bad moment is not worth a message. Of a dead runtime time decides, and
 * the store itself has judged what its gateway answered. */
const NEEDED: Partial<Record<HealthCheckName, number>> = { runtime: 1, gateway: 1 };
const NEEDED_OTHERWISE = 2;
export const neededFor = (check: HealthCheckName): number => NEEDED[check] ?? NEEDED_OTHERWISE;
/** A runtime that gets up within this time has woken nobody. */
export const DOWN_MS = 45_000;

/** A store that runs for so long has left its crashes behind. */
export const STABLE_MS = 600_000;
const LOOP_AT = 3;
/** A runtime that came back is up again only when it has lived for a moment. */
export const STEADY_MS = 20_000;

type Seen = { findings: Findings; seen: Observation };

/** What a look means, given those before it; `unsettledSince` is when the runtime left what its store wants. Pure. */
export function judge(before: Memory, probe: Seen, now: Date, unsettledSince: Date | null): Judgement {
  const crash = countCrashes(before, probe, now);
  const failures: Memory['failures'] = {};
  const failing: HealthCheckName[] = [];
  const recovered: HealthCheckName[] = [];
  for (const check of HEALTH_CHECKS) {
    const earlier = before.failures[check] ?? 0;
    const result = check === 'runtime' ? lifeOf(earlier, probe, crash.fresh, now) : probe.findings[check]?.result;
    const count = result === 'ok' ? 0 : result === 'fail' ? earlier + 1 : earlier;
    if (count > 0) failures[check] = count;
    const lasts = check !== 'runtime' || isDown(probe, now, unsettledSince);
    if (count >= neededFor(check) && lasts) failing.push(check);
    if (earlier > 0 && count === 0) recovered.push(check);
  }
  const { crashes, crashedAt, restarts } = crash;
  const loop = crashes >= LOOP_AT ? 'looping' : before.crashes >= LOOP_AT ? 'over' : 'none';
  return { memory: { failures, restarts, crashes, crashedAt }, failing, recovered, loop };
}

/** Dead now, and not what it should be for longer than getting up takes. */
function isDown({ findings }: Seen, now: Date, unsettledSince: Date | null): boolean {
  if (findings.runtime?.result !== 'fail' || unsettledSince === null) return false;
  return now.getTime() - unsettledSince.getTime() >= DOWN_MS;
}

type Crash = Pick<Memory, 'restarts' | 'crashes' | 'crashedAt'> & { fresh: number };

function countCrashes(before: Memory, { findings, seen }: Seen, now: Date): Crash {
  const restarts = seen.restarts ?? before.restarts;
  // Smaller than before: the driver began to count anew, with another container.
  const fresh = restarts >= before.restarts ? restarts - before.restarts : restarts;
  if (fresh > 0) return { restarts, crashes: before.crashes + fresh, crashedAt: now, fresh };
  const stable =
    findings.runtime?.result === 'ok' &&
    before.crashedAt !== null &&
    now.getTime() - before.crashedAt.getTime() >= STABLE_MS;
  return { restarts, crashes: stable ? 0 : before.crashes, crashedAt: stable ? null : before.crashedAt, fresh };
}

/** A crash counts as a failure though the runtime is back already; being back counts once it lasts and serves. */
function lifeOf(
  earlier: number,
  { findings, seen }: Seen,
  freshCrashes: number,
  now: Date,
): Finding['result'] | undefined {
  const result = findings.runtime?.result;
  if (freshCrashes > 0) return 'fail';
  if (result !== 'ok' || earlier === 0) return result;
  const young = seen.startedAt !== undefined && now.getTime() - seen.startedAt.getTime() < STEADY_MS;
  return young || findings.intake?.result === 'fail' ? 'unknown' : 'ok';
}
