import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { Step } from '../../../fleet/operations/index.ts';
import { archivedName, namesOf, type RestoreDeps, scratchName, scratchTargetOf, targetOf } from '../deps.ts';
import { usableBackup } from '../load.ts';
import { finishAlone, mergeSince } from '../merge.ts';

/** With the store standing still: what it did since the backup and cannot be undone. */
export function mergeStep(deps: RestoreDeps): Step {
  return {
    name: 'carry-over',
    timeoutSeconds: 3600,
    async run({ operation }) {
      const { databases, log } = deps.tenants;
      const names = namesOf(operation);
      const scratch = scratchName(operation);
      if (!(await databases.exists({ ...names, database: scratch }))) {
        return { detail: 'it has to be loaded again', backTo: 'load' };
      }
      const { file } = await usableBackup(deps, operation.params.backupId);
      const to = await scratchTargetOf(deps, operation);
      if (!(await databases.exists(names))) {
        await finishAlone(to, file).catch((error) => log.warn({ err: error }, 'a restore was not written down'));
        return { skipped: true, detail: 'there is no database to take anything from' };
      }
      try {
        const carried = await mergeSince(await targetOf(deps, operation, names.database), to, file);
        const { delivered, sold, messages, updates } = carried;
        return {
          detail: `${delivered} orders delivered since, ${sold} units sold, ${messages} messages sent, ${updates} updates handled`,
        };
      } catch (error) {
        const { store, id, params } = operation;
        if (mayPass(error) && !params.withoutBackup) {
          throw new AppError(
            'POSTGRES_UNAVAILABLE',
            `The database of before could not be read to its end, and what was sold since would be sold again: ${errorMessage(error)}. Retry; where it stays so, restore with --without-backup, which goes on without it.`,
            { cause: error },
          );
        }
        // Often the database is restored because it is broken: that must not stand in the way.
        log.warn({ store, operation: id, err: error }, 'nothing could be taken over from the database of before');
        await finishAlone(to, file);
        return { skipped: true, detail: `the database of before cannot be read: ${errorMessage(error)}`.slice(0, 300) };
      }
    },
  };
}

/** A fault of the moment, such as a lost connection: the database itself may well be whole. */
function mayPass(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  // Of Postgres: connection, rollback, resources, intervention, a lock. Of the system: ECONNRESET and the like.
  if (typeof code === 'string') return /^(08|40|53|57|55P03|E[A-Z]{3})/.test(code);
  return /timeout|terminated/i.test(errorMessage(error));
}

/** The old database goes aside and the new one takes its name, in one transaction. */
export function swapStep(deps: RestoreDeps): Step {
  return {
    name: 'swap',
    timeoutSeconds: 120,
    async run({ operation }) {
      const names = namesOf(operation);
      // After a crash somebody may have started it again.
      await deps.tenants.driver.stop(operation.store);
      const archived = { name: archivedName(operation), store: operation.store, operationId: operation.id };
      try {
        const how = await deps.scratchDatabases.swap(names, scratchName(operation), archived);
        if (how === 'lost') return { detail: 'it has to be loaded again', backTo: 'load' };
        return {
          detail: how === 'first' ? 'in place; there was none before' : `the old one is kept as ${archived.name}`,
        };
      } catch (error) {
        await deps.scratchDatabases.reopen(names);
        throw error;
      }
    },
  };
}
