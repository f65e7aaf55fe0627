import type { Tx } from '../../../kernel/db.ts';
import type { HealthCheckName } from '../../api/contract/index.ts';
import type { IncidentKind } from '../../platform/alerting.ts';
import type { Alerts } from '../alerts/index.ts';
import type { CrashReport, Findings, FleetDown } from './findings.ts';
import type { Judgement } from './judge.ts';
import { crashText, factText, fleetText, loopText } from './messages.ts';
import { anyFails } from './sql.ts';

/** Kinds of a store's own incidents; they end when nobody watches the store any more. */
export const STORE_KINDS = ['runtime_down', 'crash_loop', 'health'] as const satisfies readonly IncidentKind[];

type About = { tenantId: string; store: string; storeName: string };

/** Stores share the disk of their folders: full, it is full for all of them. */
const SHARED: Partial<Record<HealthCheckName, string>> = { disk: 'platform:disk' };
const SEVERE: readonly HealthCheckName[] = ['intake', 'telegram', 'database', 'queue', 'gateway'];

/** Begins and ends the incidents that a judgement means, in the transaction that keeps the judgement. */
export async function updateIncidents(
  tx: Tx,
  alerts: Alerts,
  about: About,
  judged: Judgement,
  facts: {
    findings: Findings;
    /** Of a runtime that is down or in a loop. */
    crash: CrashReport | undefined;
    /** So many stores are down at once that it is not their fault; undefined otherwise. */
    fleet: FleetDown | undefined;
  },
): Promise<void> {
  const { failing, recovered, loop } = judged;
  const down = `runtime_down:${about.tenantId}`;
  const looping = `crash_loop:${about.tenantId}`;
  if (loop === 'looping' && facts.crash) {
    const detail = loopText(judged.memory.crashes, facts.crash);
    await alerts.raise(tx, { kind: 'crash_loop', key: looping, severity: 'fatal', about, detail });
    // The loop is what is told from here on.
    await alerts.clear(tx, down, { quietly: true });
  }
  if (loop === 'over') await alerts.clear(tx, looping);
  for (const check of failing) {
    if (check === 'runtime') {
      if (loop === 'looping') continue;
      if (facts.fleet) {
        const detail = fleetText(facts.fleet);
        await alerts.raise(tx, { kind: 'platform', key: FLEET_KEY, severity: 'fatal', detail });
      } else if (facts.crash) {
        const detail = crashText(facts.crash);
        await alerts.raise(tx, { kind: 'runtime_down', key: down, severity: 'error', about, detail });
      }
      continue;
    }
    const seen = facts.findings[check];
    const detail = `${check}: ${seen ? factText(seen.fact) : 'not known now'}`;
    const shared = SHARED[check];
    if (shared) await alerts.raise(tx, { kind: 'platform', key: shared, severity: 'error', detail });
    else {
      const severity = SEVERE.includes(check) ? 'error' : 'warn';
      await alerts.raise(tx, { kind: 'health', key: keyOf(about, check), severity, about, detail });
    }
  }
  for (const check of recovered) {
    const shared = check === 'runtime' ? FLEET_KEY : SHARED[check];
    if (shared && !(await anyFails(tx, check))) await alerts.clear(tx, shared);
    if (check === 'runtime') await alerts.clear(tx, down);
    else if (!shared) await alerts.clear(tx, keyOf(about, check));
  }
}

const keyOf = ({ tenantId }: About, check: HealthCheckName) => `health:${tenantId}:${check}`;

const FLEET_KEY = 'platform:runtimes';
