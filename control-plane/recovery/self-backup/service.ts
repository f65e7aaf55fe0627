import { errorMessage } from '../../../kernel/errors.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Audit } from '../../api/audit/index.ts';
import { type Caller, SYSTEM } from '../../api/caller.ts';
import type { SelfBackup } from '../../api/contract/index.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import { makeSelfBackup, type SelfBackupDeps } from './make.ts';

export type SelfBackups = {
  /** Backs up the control plane itself. @throws AppError BACKUP_FAILED, BACKUP_TOOLS_MISSING, STORAGE_FULL */
  make(caller: Caller): Promise<SelfBackup>;
  /** Breaks off the one that is being made. */
  stop(): Promise<void>;
};

const ALERT = 'backup_failed:control-plane';

export function createSelfBackups(
  deps: SelfBackupDeps & {
    log: Log;
    audit: Audit;
    alerts: AlertSink;
    jobs: Pick<Jobs<'self_backup'>, 'work'>;
    /** Where the master key is kept: a path, or the name of the variable. */
    keyPlace: string;
  },
): SelfBackups {
  const { db, audit, alerts, jobs, keys, log } = deps;
  const stopping = new AbortController();
  let working: Promise<unknown> = Promise.resolve();

  async function one(caller: Caller): Promise<SelfBackup> {
    try {
      const { path, size } = await makeSelfBackup(deps, stopping.signal);
      const made = { path, size, keyIds: keys.map(({ id }) => id), keyPlace: deps.keyPlace };
      await db.tx(async (tx) => {
        await alerts.clear(tx, ALERT);
        await audit.record(tx, caller, { action: 'backup.control-plane', target: path, result: 'done' });
        await caller.remember(tx, 201, made);
      });
      return made;
    } catch (error) {
      if (stopping.signal.aborted) throw error;
      const detail = `control plane: ${errorMessage(error)}`;
      await db.tx((tx) => alerts.raise(tx, { kind: 'backup_failed', key: ALERT, severity: 'error', detail }));
      throw error;
    }
  }

  /** One at a time: they share a folder. */
  function make(caller: Caller): Promise<SelfBackup> {
    const made = working.then(() => one(caller));
    working = made.catch(() => {});
    return made;
  }

  jobs.work('self_backup', async () => {
    const { path, size } = await make(SYSTEM);
    log.info({ path, size }, 'the control plane was backed up');
  });

  return {
    make,
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
