import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Queryable } from '../../../../kernel/db.ts';
import type { ArchivePart } from '../archive/index.ts';
import type { BackupDeps } from './deps.ts';

/** Logs are for reading, not for restoring: a store that writes without end does not make its backups grow without end. */
const MOST_LOGS = 30;
const MOST_LOG_BYTES = 256 * 1024;

/**
 * A file of a store's folder as a part of the archive, as large as it is now; undefined when there is none. The store may
 * write below its folder: what is no plain file, or lies elsewhere by a link, is left out.
 */
export async function filePart(folder: string, path: string, most: number): Promise<ArchivePart | undefined> {
  const whole = join(folder, path);
  const handle = await realpath(whole)
    .then(async (real) => {
      const home = await realpath(folder);
      if (real !== join(home, path) || !real.startsWith(home + sep)) return undefined;
      return open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ELOOP') return undefined;
      throw error;
    });
  if (!handle) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > most) return undefined;
    const content = Buffer.alloc(stat.size);
    const { bytesRead } = await handle.read(content, 0, stat.size, 0);
    const bytes = content.subarray(0, bytesRead);
    return { name: path, size: bytes.length, open: () => Readable.from(bytes.length > 0 ? [bytes] : []) };
  } finally {
    await handle.close();
  }
}

/** What Lapak itself wrote about the maintenance of a store, the newest by name first. */
export async function maintenanceLogs(folder: string): Promise<ArchivePart[]> {
  const dir = join('logs', 'maintenance');
  const names = await readdir(join(folder, dir)).catch(() => []);
  const plain = names.filter((name) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}$/.test(name));
  const parts: ArchivePart[] = [];
  for (const name of plain.sort().reverse().slice(0, MOST_LOGS)) {
    const part = await filePart(folder, join(dir, name), MOST_LOG_BYTES);
    if (part) parts.push(part);
  }
  return parts;
}

const PAGE = 1000;

/** Writes what the control plane's audit log says about a store to a file (0600), one JSON document a line, oldest first. */
export async function writeAudit(
  deps: BackupDeps,
  file: string,
  about: { store: string; since: Date },
  signal: AbortSignal,
): Promise<void> {
  const target = `tenant:${about.store}`;
  const handle = await open(file, 'w', 0o600);
  try {
    for (let after: number | undefined = 0; after !== undefined; ) {
      signal.throwIfAborted();
      const rows = await selectAuditOf(deps.db, { target, since: about.since, after, limit: PAGE });
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
