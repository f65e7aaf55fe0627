import { open } from 'node:fs/promises';
import type { Queryable } from '../../../../kernel/db.ts';
import type { BackupParts } from './parts.ts';

const PAGE = 1000;

/** Writes what the control plane's audit log says about a store to a file (0600), one JSON document a line, oldest first. */
export async function writeAudit(
  parts: BackupParts,
  file: string,
  about: { store: string; since: Date },
  signal: AbortSignal,
): Promise<void> {
  const target = `tenant:${about.store}`;
  const handle = await open(file, 'w', 0o600);
  try {
    for (let after: number | undefined = 0; after !== undefined; ) {
      signal.throwIfAborted();
      const rows = await selectAuditOf(parts.db, { target, since: about.since, after, limit: PAGE });
      await handle.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      after = rows.length === PAGE ? rows.at(-1)?.id : undefined;
    }
  } finally {
    await handle.close();
  }
}

/** Entries about a target since a store of that name was opened, oldest first. */
async function selectAuditOf(
  on: Queryable,
  filter: { target: string; since: Date; after: number; limit: number },
): Promise<({ id: number } & Record<string, unknown>)[]> {
  return on.query(
    `SELECT id, at, actor, action, target, before, after, result, request_id FROM audit_log
     WHERE target = $1 AND at >= $2 AND id > $3 ORDER BY id LIMIT $4`,
    [filter.target, filter.since, filter.after, filter.limit],
  );
}
