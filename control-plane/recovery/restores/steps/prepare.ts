import { AppError } from '../../../../kernel/errors.ts';
import type { Step } from '../../../fleet/operations/index.ts';
import { SECRET_NAMES } from '../../../fleet/tenants/index.ts';
import type { BackupRow } from '../../backups/index.ts';
import { namesOf, type RestoreDeps, scratchName, scratchTargetOf } from '../deps.ts';
import { loadLimit, loadWithin } from '../limit.ts';
import { compareRows, findSource, loadDump, usableBackup } from '../load.ts';

/** A store may be large and its disk slow. */
export const LONG_SECONDS = 6 * 3600;

/** So many bytes of a database, indexes among them, come of one byte of its dump, which is compressed. */
const UNPACKED = 4;
const expectedSize = (row: BackupRow): number => row.database_size ?? (row.dump_size ?? 0) * UNPACKED;

/** Looks at all of the archive before anything is changed. */
export function checkStep(deps: RestoreDeps): Step {
  return {
    name: 'check',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await usableBackup(deps, operation.params.backupId);
      const { newestMigration: newest } = deps;
      if (operation.kind === 'restore' && (row.migration ?? '') > (newest ?? '')) {
        throw new AppError(
          'TENANT_STATE_CONFLICT',
          `The backup ${row.file} is of a newer version (${row.migration}) than this one knows (${newest ?? 'none'}). Update Lapak and upgrade the store first, then restore.`,
        );
      }
      const what = operation.kind === 'restore' ? 'The restored database' : 'The database of the drill';
      await deps.tenants.databases.assertRoom(expectedSize(row), what);
      return { detail: (await findSource(deps, row, signal)).from };
    },
  };
}

/** Loads the archive into a database of its own, which nobody but the store's role may enter. */
export function loadStep(deps: RestoreDeps): Step {
  return {
    name: 'load',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await usableBackup(deps, operation.params.backupId);
      const source = await findSource(deps, row, signal);
      const names = namesOf(operation);
      const { databases, secrets, db } = deps.tenants;
      if (operation.kind === 'restore') {
        // On a new cluster there is no role yet.
        const { [SECRET_NAMES.databasePassword]: password = '' } = await secrets.openAll(db, operation.tenant_id);
        await databases.ensureRole(names, password);
      }
      const side = { name: scratchName(operation), store: operation.store, operationId: operation.id };
      const limit = loadLimit({ backup: row, expected: expectedSize(row), room: await databases.room() });
      const purpose = operation.kind === 'drill' ? 'drill' : 'restore';
      await deps.scratchDatabases.makeScratch(names, side, purpose, limit.bytes);
      deps.backups.failpoint(`${operation.kind}.scratch`);
      const target = await scratchTargetOf(deps, operation);
      const manifest = await loadWithin(
        limit,
        { scratches: deps.scratchDatabases, name: side.name, signal },
        (within) => loadDump(deps, row, source, target, within),
      );
      return { detail: `${Object.keys(manifest.rows).length} tables` };
    },
  };
}

/** Nothing is missing in it. */
export function countStep(deps: RestoreDeps): Step {
  return {
    name: 'count',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation }) {
      const row = await usableBackup(deps, operation.params.backupId);
      const database = scratchName(operation);
      if (!(await deps.tenants.databases.exists({ ...namesOf(operation), database }))) {
        return { detail: 'it has to be loaded again', backTo: 'load' };
      }
      const { rows, difference } = await compareRows(await scratchTargetOf(deps, operation), row.row_counts ?? {});
      if (difference) {
        throw new AppError('BACKUP_DAMAGED', `The backup ${row.file} does not hold what it should: ${difference}.`);
      }
      return { detail: `${rows} rows` };
    },
  };
}
