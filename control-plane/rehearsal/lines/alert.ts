import { selectOpenKeys } from '../../alerts/index.ts';
import { settingsOf } from '../../health/index.ts';
import { failed, type Line, leftOut, ok, type Scene, warning } from '../line.ts';
import type { RehearsalParts } from '../parts.ts';
import { emptyLogs, fillLogs } from '../store-files.ts';

const MIB = 1024 * 1024;
/** As often as a check has to fail before somebody is told, and once more. */
const MOST_CHECKS = 3;
const SURE = 'Look at lapak health and at the log of the control plane.';

/** The logs of the store grow to their threshold: an incident begins, and ends when they are small again. */
export function logsLine(parts: RehearsalParts): Line {
  const { tenants } = parts;
  return {
    name: 'alert',
    timeoutSeconds: 240,
    mend: SURE,
    async look(scene) {
      const { tenant, spec, progress } = scene;
      const { logs: threshold } = settingsOf(tenant.env, tenants.platform.tenantDefaults).thresholds;
      const key = `health:${tenant.id}:logs`;
      const isOpen = async () => (await selectOpenKeys(tenants.db, key)).includes(key);
      await emptyLogs(spec.folder);
      const first = await checked(parts, scene);
      if (first === undefined) return leftOut('the store is not watched now');
      if (first.result === 'fail')
        return warning(`the logs are over their threshold already: ${first.detail}`, 'Delete old logs.');
      // A crash in the middle of an earlier try may have left the incident open: it ends below like a new one.
      let raised: string | undefined;
      try {
        await progress(`logs filled to ${threshold} MB`);
        await fillLogs(spec.folder, threshold * MIB);
        for (let i = 0; i < MOST_CHECKS && raised === undefined; i++) {
          const seen = await checked(parts, scene);
          if (await isOpen()) raised = seen?.detail ?? '';
        }
      } finally {
        await emptyLogs(spec.folder);
      }
      if (raised === undefined) return failed('no incident began while the logs were over their threshold', SURE);
      await progress('logs emptied');
      for (let i = 0; i < MOST_CHECKS; i++) {
        await checked(parts, scene);
        if (!(await isOpen())) return ok(`an incident began (${raised}) and ended when the logs were small again`);
      }
      return failed('the incident did not end when the logs were small again', SURE);
    },
  };
}

const checked = async (parts: RehearsalParts, { tenant, operation }: Scene) =>
  (await parts.check(tenant.id, operation.id))?.checks.logs;

/** Filling it from outside is not possible, and from inside would end the store in the middle of a sale. */
export function memoryLine(): Line {
  return {
    name: 'memory and disk',
    timeoutSeconds: 10,
    mend: SURE,
    look: async () =>
      leftOut(
        'neither can be filled to its threshold without taking it from the store itself, or the disk from all stores; both are weighed and told by the same check as the logs above',
      ),
  };
}
