import { selectOpenKeys } from '../../alerts/index.ts';
import { type HealthFinding, type HealthFindings, type Lowered, settingsOf } from '../../health/index.ts';
import type { Check, CheckContext } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { failed, leftOut, type OmittedLoad, ok, warning } from '../findings.ts';
import { emptyLogs, fillLogs } from '../store-files.ts';

const MIB = 1024 * 1024;
/** As often as a check has to fail before somebody is told, and once more. */
const MOST_CHECKS = 3;

const checked = ({ health }: RehearsalDeps, { tenant, operation }: CheckContext, lowered?: Lowered) =>
  health.checkWithin(tenant.id, operation.id, lowered);

const factOf = (finding: HealthFinding | undefined) => finding?.fact ?? null;

const isOpen = async ({ tenants }: RehearsalDeps, key: string) => (await selectOpenKeys(tenants.db, key)).includes(key);

/** Checks until the incidents are all open, or all closed. @returns what each check found, or undefined when they never are */
async function untilAll(
  deps: RehearsalDeps,
  context: CheckContext,
  keys: readonly string[],
  open: boolean,
  lowered?: Lowered,
): Promise<HealthFindings | undefined> {
  for (let i = 0; i < MOST_CHECKS; i++) {
    const found = await checked(deps, context, lowered);
    const states = await Promise.all(keys.map((key) => isOpen(deps, key)));
    if (states.every((state) => state === open)) return found ?? {};
  }
  return undefined;
}

/** The logs of the store grow to their threshold: an incident begins, and ends when they are small again. */
export function logsCheck(deps: RehearsalDeps): Check {
  const { tenants, backups } = deps;
  return {
    name: 'alert',
    timeoutSeconds: 240,
    async run(context) {
      const { tenant, spec, progress } = context;
      const { logs: threshold } = settingsOf(tenant.env, tenants.platform.tenantDefaults).thresholds;
      const keys = [`health:${tenant.id}:logs`];
      await emptyLogs(spec.folder);
      // A crash in the middle of an earlier try may have left the incident open: this ends it.
      const first = (await checked(deps, context))?.logs;
      if (first === undefined) return leftOut({ kind: 'unwatched' });
      if (first.result === 'fail') return warning({ kind: 'logs_over', seen: first.fact });
      let raised: HealthFindings | undefined;
      try {
        await progress(`logs filled to ${threshold} MB`);
        await fillLogs(spec.folder, threshold * MIB);
        backups.failpoint('rehearsal.filled');
        raised = await untilAll(deps, context, keys, true);
        backups.failpoint('rehearsal.raised');
      } finally {
        await emptyLogs(spec.folder);
      }
      if (raised === undefined) return failed({ kind: 'no_incident', loads: ['logs'] });
      await progress('logs emptied');
      if (!(await untilAll(deps, context, keys, false))) return failed({ kind: 'incident_open', loads: ['logs'] });
      return ok({ kind: 'logs_alerted', seen: factOf(raised.logs) });
    },
  };
}

const LOADS = ['memory', 'disk'] as const;
/** Nearer to its threshold than this share, a load would not count as well again. */
const NEAR = 0.9;

/**
 * Neither is filled: that would take it from a store in the middle of a sale, or the disk from all stores. Their thresholds
 * come down to what is measured instead, so that the same check weighs it, and the same alert is told.
 */
export function loadCheck(deps: RehearsalDeps): Check {
  const { tenants, backups } = deps;
  return {
    name: 'memory and disk',
    timeoutSeconds: 240,
    async run(context) {
      const { tenant, progress } = context;
      const keyOf = { memory: `health:${tenant.id}:memory`, disk: 'platform:disk' };
      const { thresholds } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      // A crash in the middle of an earlier try may have left incidents open: this ends them.
      const first = await checked(deps, context);
      if (first === undefined) return leftOut({ kind: 'unwatched' });
      const lowered: Lowered = {};
      const omitted: OmittedLoad[] = [];
      for (const load of LOADS) {
        const finding = first[load];
        const measured = finding?.result === 'ok' && finding.fact.kind === 'load' ? finding.fact.value : 0;
        const omit = (kind: OmittedLoad['kind']) => omitted.push({ kind, of: load, seen: factOf(finding) });
        if (measured <= 0) omit('unknown');
        else if (measured >= thresholds[load] * NEAR) omit('near');
        else if (await isOpen(deps, keyOf[load])) omit('incident_open');
        else lowered[load] = Math.max(0.1, Math.round(measured * 5) / 10);
      }
      const played = LOADS.filter((load) => load in lowered);
      const keys = played.map((load) => keyOf[load]);
      if (played.length === 0) return warning({ kind: 'loads_omitted', omitted });
      await progress('thresholds lowered for a moment');
      let raised: HealthFindings | undefined;
      let ended: HealthFindings | undefined;
      try {
        raised = await untilAll(deps, context, keys, true, lowered);
        backups.failpoint('rehearsal.lowered');
      } finally {
        ended = await untilAll(deps, context, keys, false);
      }
      if (!raised) return failed({ kind: 'no_incident', loads: played });
      if (!ended) return failed({ kind: 'incident_open', loads: played });
      const seen = played.map((of) => ({ of, seen: factOf(raised[of]) }));
      return ok({ kind: 'loads_alerted', seen, omitted });
    },
  };
}
