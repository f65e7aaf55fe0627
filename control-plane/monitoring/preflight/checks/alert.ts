import { selectOpenKeys } from '../../alerts/index.ts';
import { factText, type HealthFinding, type HealthFindings, type Lowered, settingsOf } from '../../health/index.ts';
import { type Check, type CheckContext, failed, leftOut, ok, warning } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { emptyLogs, fillLogs } from '../store-files.ts';

const MIB = 1024 * 1024;
/** As often as a check has to fail before somebody is told, and once more. */
const MOST_CHECKS = 3;
const SURE = 'Look at lapak health and at the log of the control plane.';
const UNWATCHED = 'the store is not watched now';

const checked = ({ health }: RehearsalDeps, { tenant, operation }: CheckContext, lowered?: Lowered) =>
  health.checkWithin(tenant.id, operation.id, lowered);

const detailOf = (finding: HealthFinding | undefined) => (finding ? factText(finding.fact) : 'not known');

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
    remedy: SURE,
    async run(context) {
      const { tenant, spec, progress } = context;
      const { logs: threshold } = settingsOf(tenant.env, tenants.platform.tenantDefaults).thresholds;
      const keys = [`health:${tenant.id}:logs`];
      await emptyLogs(spec.folder);
      // A crash in the middle of an earlier try may have left the incident open: this ends it.
      const first = (await checked(deps, context))?.logs;
      if (first === undefined) return leftOut(UNWATCHED);
      if (first.result === 'fail')
        return warning(`the logs are over their threshold already: ${detailOf(first)}`, 'Delete old logs.');
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
      if (raised === undefined) return failed('no incident began while the logs were over their threshold', SURE);
      await progress('logs emptied');
      if (!(await untilAll(deps, context, keys, false)))
        return failed('the incident did not end when the logs were small again', SURE);
      return ok(`an incident began (${detailOf(raised.logs)}) and ended when the logs were small again`);
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
    remedy: SURE,
    async run(context) {
      const { tenant, progress } = context;
      const keyOf = { memory: `health:${tenant.id}:memory`, disk: 'platform:disk' };
      const { thresholds } = settingsOf(tenant.env, tenants.platform.tenantDefaults);
      // A crash in the middle of an earlier try may have left incidents open: this ends them.
      const first = await checked(deps, context);
      if (first === undefined) return leftOut(UNWATCHED);
      const lowered: Lowered = {};
      const not: string[] = [];
      for (const load of LOADS) {
        const finding = first[load];
        const measured = finding?.result === 'ok' && finding.fact.kind === 'load' ? finding.fact.value : 0;
        if (measured <= 0) not.push(`${load}: ${detailOf(finding)}`);
        else if (measured >= thresholds[load] * NEAR) not.push(`${load} is near its threshold: ${detailOf(finding)}`);
        else if (await isOpen(deps, keyOf[load])) not.push(`${load}: an incident about it is open already`);
        else lowered[load] = Math.max(0.1, Math.round(measured * 5) / 10);
      }
      const played = LOADS.filter((load) => load in lowered);
      const keys = played.map((load) => keyOf[load]);
      const rest = not.length > 0 ? `; not played: ${not.join('; ')}` : '';
      if (played.length === 0) return warning(`neither could be played${rest}`, 'Give the store more, or free some.');
      await progress('thresholds lowered for a moment');
      let raised: HealthFindings | undefined;
      let ended: HealthFindings | undefined;
      try {
        raised = await untilAll(deps, context, keys, true, lowered);
        backups.failpoint('rehearsal.lowered');
      } finally {
        ended = await untilAll(deps, context, keys, false);
      }
      if (!raised) return failed(`no incident began for each of ${played.join(' and ')}`, SURE);
      if (!ended) return failed(`an incident did not end: ${played.join(' or ')}`, SURE);
      const told = played.map((load) => `${load}: ${detailOf(raised[load])}`).join('; ');
      return ok(`incidents began (${told}) and ended with the thresholds of the store${rest}; nothing was filled`);
    },
  };
}
