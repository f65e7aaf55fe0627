import type { HealthFinding, HealthReport } from '../../api/contract/index.ts';
import { describeExit } from '../../fleet/drivers/index.ts';
import type { CrashReport, Fact, Findings, FleetDown, Load } from './findings.ts';
import { STABLE_MS } from './judge.ts';

/** What a health check saw, in a few words. Pure. */
export function factText(fact: Fact): string {
  switch (fact.kind) {
    case 'starting':
      return 'starting';
    case 'running':
      return fact.restarts > 0 ? `running, ${fact.restarts} restarts` : 'running';
    case 'not_running':
      return fact.exit ? `not running: ${describeExit(fact.exit)}` : 'not running';
    case 'runtime_down':
      return 'its runtime is not running';
    case 'not_reported':
      return 'its runtime does not report it';
    case 'silent':
      return 'it reports nothing';
    case 'reported':
      return fact.text;
    case 'bot':
      return `knows @${fact.username}`;
    case 'backlog':
      if (fact.waiting === 0) return 'nothing waits';
      return `${fact.waiting} undelivered, the oldest for ${Math.round(fact.oldestSeconds)} s`;
    case 'load': {
      const shown = fact.value < 10 ? fact.value.toFixed(1) : String(Math.round(fact.value));
      const lowered = fact.lowered ? ', lowered for a rehearsal' : '';
      return `${shown} ${UNITS[fact.of](fact.limit)} (threshold ${fact.threshold})${lowered}`;
    }
    case 'folder_missing':
      return 'its folder is not there';
    case 'folder_unreadable':
      return `cannot be read (${fact.code ?? 'fault'})`;
  }
}

const UNITS: Record<Load, (limit?: number) => string> = {
  cpu: (cpus) => `% of ${cpus} CPU`,
  memory: (mebibytes) => `% of ${mebibytes} MiB`,
  disk: () => '% of the disk',
  logs: () => 'MB of logs',
};

/** Findings as the API shows them. Pure. */
export function toChecks(findings: Findings): HealthReport['checks'] {
  const shown = Object.entries(findings).map(([check, { result, fact }]): [string, HealthFinding] => [
    check,
    { result, detail: factText(fact), ...measured(fact) },
  ]);
  return Object.fromEntries(shown);
}

/** What was measured, where a check measures. */
function measured(fact: Fact): Pick<HealthFinding, 'value' | 'threshold'> {
  if (fact.kind === 'backlog') return { value: fact.waiting };
  if (fact.kind !== 'load') return {};
  return { value: Math.round(fact.value * 10) / 10, threshold: fact.threshold };
}

/** The detail of an alert about a runtime that is down. Pure. */
export function crashText({ exit, state, reason, log }: CrashReport): string {
  const now = exit ? `${describeExit(exit)}; now ${state}.` : `It is ${state}.`;
  const head = reason ? `${now} ${reason}` : now;
  if (!log) return `${head} Its log cannot be read.`;
  return [head, ...log].join('\n');
}

export const loopText = (crashes: number, report: CrashReport): string =>
  `${crashes} crashes without ${STABLE_MS / 60_000} good minutes in between.\n${crashText(report)}`;

export const fleetText = ({ down, watched }: FleetDown): string => `${down} of ${watched} stores are not running.`;
