import type { OperationKind } from '../../api/contract/index.ts';
import type { Rollback, Step, Workflow } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { createFinalize } from './finalize.ts';
import { createRollback } from './rollback.ts';
import { type DesiredState, selectTenantById, updateDesiredState } from './sql.ts';
import { updateState } from './state-sql.ts';
import { copyCatalogue, copyPhotos, makeTables } from './steps/clone.ts';
import { routeIngress, verifyWebhook } from './steps/ingress.ts';
import { leavePlace, moveIntent, placeInShard } from './steps/place.ts';
import { allocatePorts, checkBot, makeDatabase, writeFiles } from './steps/prepare.ts';
import {
  type BackupsMoved,
  forgetTenant,
  releasePorts,
  removeDatabase,
  removeFiles,
  removeRuntime,
  removeWebhook,
} from './steps/remove.ts';
import { awaitHealthy, ensureRuntime, stopRuntime } from './steps/run.ts';
import { unlessStopped } from './steps/unless-stopped.ts';
import { checkImage, reviseImage } from './steps/upgrade.ts';
import { watchRuntime } from './steps/watch.ts';
import { beginSuspension, endSuspension } from './suspension.ts';

/** Kinds of operation that change a store itself. */
type TenantKind = Exclude<
  OperationKind,
  'backup' | 'verify-backup' | 'prune-backups' | 'restore' | 'drill' | 'rehearse'
>;

/** What happens to a store's backups while the store changes. */
export type BackupSteps = {
  beforeUpgrade: readonly Step[];
  beforeRemove: readonly Step[];
  moved: BackupsMoved;
};

/** The steps of every kind of operation, and what its beginning and end mean for the tenant's row. */
export function createWorkflows(deps: TenantDeps, backups: BackupSteps): Record<TenantKind, Workflow> {
  const { clock } = deps;
  const finalize = createFinalize(deps);
  const files = [allocatePorts(deps), writeFiles(deps)];
  const runThen = (healthy: Step) => [routeIngress(deps), ensureRuntime(deps), healthy, verifyWebhook(deps)];
  const run = runThen(awaitHealthy(deps));
  // There is something to go back to, and nobody serves meanwhile: what keeps ending is given up early.
  const runOrLeave = runThen(awaitHealthy(deps, { mostRestarts: 3 }));
  const ifRunning = (steps: readonly Step[]) => steps.map((step) => unlessStopped(deps, step));
  const bringUp = [...files, ...run];
  const replace = [...files, ...ifRunning(run)];
  const provision = [
    checkBot(deps),
    allocatePorts(deps),
    placeInShard(deps),
    makeDatabase(deps),
    writeFiles(deps),
    ...run,
  ];
  const upgrade = [
    checkImage(deps),
    ...backups.beforeUpgrade,
    reviseImage(deps),
    ...files,
    ...ifRunning([...runOrLeave, watchRuntime(deps)]),
  ];
  const clone = [
    checkBot(deps),
    placeInShard(deps),
    makeDatabase(deps),
    makeTables(deps),
    copyCatalogue(deps),
    ...bringUp,
    copyPhotos(deps),
  ];
  const remove = [
    removeRuntime(deps),
    removeWebhook(deps),
    ...backups.beforeRemove,
    // First what a store cannot hold on to.
    removeFiles(deps, backups.moved),
    releasePorts(deps),
    removeDatabase(deps),
    forgetTenant(deps),
  ];

  function workflow(
    kind: OperationKind,
    steps: readonly Step[],
    desired?: DesiredState | undefined,
    rollback?: Rollback,
  ): Workflow {
    return {
      steps,
      ...(rollback ? { rollback } : {}),
      cancellable: kind !== 'remove',
      async begin(tx, operation) {
        const { tenant_id: id } = operation;
        const tenant = await selectTenantById(tx, id);
        if (desired && tenant?.desired_state !== desired) await updateDesiredState(tx, id, desired, clock.now());
        if (kind === 'provision' || kind === 'clone') await updateState(tx, id, 'provisioning', null);
        if (kind === 'suspend' && tenant) await beginSuspension(tx, tenant, operation);
        if (kind === 'resume' && tenant) await endSuspension(tx, tenant, clock.now());
        if (kind === 'remove') await updateState(tx, id, 'removing', null);
      },
      finalize: (tx, operation, outcome) => finalize(tx, kind, operation, outcome),
    };
  }

  return {
    provision: workflow('provision', provision, 'running'),
    clone: workflow('clone', clone, 'running'),
    start: workflow('start', bringUp, 'running'),
    restart: workflow('restart', [stopRuntime(deps), ...bringUp], 'running'),
    stop: workflow('stop', [stopRuntime(deps)], 'stopped'),
    suspend: workflow('suspend', [stopRuntime(deps), removeWebhook(deps)], 'suspended'),
    resume: workflow('resume', replace),
    configure: workflow(
      'configure',
      replace,
      undefined,
      createRollback(deps, replace, {
        code: 'CONFIGURATION_ROLLED_BACK',
        done: 'The configuration from before is in force again.',
        final: 'The configuration from before is in force; send the change again.',
      }),
    ),
    upgrade: workflow(
      'upgrade',
      upgrade,
      undefined,
      createRollback(deps, replace, {
        code: 'UPGRADE_ROLLED_BACK',
        done: 'The image and the revision from before are in force again.',
      }),
    ),
    move: workflow(
      'move',
      [moveIntent(deps), leavePlace(deps), ...files, ...ifRunning(runOrLeave)],
      undefined,
      createRollback(deps, replace, {
        code: 'MOVE_ROLLED_BACK',
        done: 'The store is again where it was before.',
      }),
    ),
    remove: workflow('remove', remove, 'removed'),
  };
}
