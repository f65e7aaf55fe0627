import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { absent } from '../../../kernel/files.ts';
import type { Log } from '../../../kernel/log.ts';
import { type Caller, SYSTEM } from '../../api/caller.ts';
import { OperationAccepted } from '../../api/contract/index.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import { runtimeName } from '../../fleet/tenants/index.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import { type FolderUse, useBelow } from './measure.ts';
import { type LoggingStore, selectLoggingStores } from './sql.ts';

export type LogLimitDeps = {
  db: Db;
  log: Log;
  alerts: AlertSink;
  driver: Pick<Driver, 'stop'>;
  deployments: string;
  /** What the folder `logs` of a store may take, in megabytes. */
  limitMb: number;
  /** Begins the operation that suspends a store, and calls `caller.remember` in its transaction. @throws AppError OPERATION_IN_PROGRESS */
  suspend(store: string, reason: string, caller: Caller): Promise<unknown>;
};

/** How often to ask what is free on the disk, which costs next to nothing. */
const EVERY_MS = 5_000;
/** All folders are measured when the disk has lost so much since the last time, or after so long. */
const LOST_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 60_000;
const MB = 1024 * 1024;

/**
 * Suspends a store whose folder `logs`, all of the disk that its runtime can write, comes to the limit: it stands still
 * alone, before the disk is full for all.
 */
export function logLimitTask(deps: LogLimitDeps): BackgroundTask {
  const { db, log, deployments, limitMb } = deps;
  let free = Number.POSITIVE_INFINITY;
  let measuredAt = Number.NEGATIVE_INFINITY;

  async function run(signal: AbortSignal): Promise<void> {
    const disk = await statfs(deployments).catch(absent);
    // Before the first store there is no folder.
    if (!disk) return;
    const freeNow = disk.bavail * disk.bsize;
    const now = performance.now();
    if (freeNow > free - LOST_BYTES && now - measuredAt < LONGEST_MS) {
      free = Math.max(free, freeNow);
      return;
    }
    [free, measuredAt] = [freeNow, now];
    for (const tenant of await selectLoggingStores(db)) {
      await measure(tenant, signal).catch((err) => {
        signal.throwIfAborted();
        log.warn({ store: tenant.store, err }, 'the logs of a store could not be measured');
      });
    }
  }

  async function measure(tenant: LoggingStore, signal: AbortSignal): Promise<void> {
    const folder = join(deployments, runtimeName(tenant.store, tenant.gateway), 'logs');
    const use = await useBelow(folder, signal);
    if (!use.hidden && use.bytes < limitMb * MB) return;
    // The next run measures it again: until then it may be no longer held.
    measuredAt = Number.NEGATIVE_INFINITY;
    try {
      const caller: Caller = {
        ...SYSTEM,
        // In the transaction of the suspension: no store is suspended without an alert.
        async remember(tx, _status, answer) {
          const { operation } = OperationAccepted.parse(answer);
          await report(tx, tenant, operation.id, detailOf(tenant, folder, use, limitMb));
        },
      };
      // Its sellers read the reason.
      await deps.suspend(tenant.store, `folder log melebihi batas ${limitMb} MB`, caller);
      log.warn({ store: tenant.store, ...use }, 'a store was suspended, as its logs came to their limit');
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'OPERATION_IN_PROGRESS') throw error;
      await deps.driver.stop(tenant.store, { graceSeconds: 0 });
      log.warn(
        { store: tenant.store, ...use },
        'a runtime was stopped within an operation, as its logs came to their limit',
      );
    }
  }

  const report = (tx: Tx, { id, store, store_name }: LoggingStore, by: string, detail: string) =>
    deps.alerts.notify(tx, {
      kind: 'logs_full',
      key: `logs_full:${by}`,
      severity: 'error',
      about: { tenantId: id, store, storeName: store_name },
      detail,
    });

  return { name: 'log-limit', run, everyMs: EVERY_MS };
}

function detailOf({ store }: LoggingStore, folder: string, { bytes, hidden }: FolderUse, limitMb: number): string {
  const found = hidden
    ? `${folder} has more files or folders than can be measured`
    : `${folder} has ${Math.round(bytes / MB)} MB, and ${limitMb} MB are allowed`;
  return `suspended: ${found}. Look at what it wrote and delete it, then: lapak tenant resume ${store}`;
}
