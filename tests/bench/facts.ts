import { cpus, loadavg, totalmem } from 'node:os';
import type { Db } from '../../kernel/db.ts';

export type Facts = Record<string, string>;

/** The machine that the figures belong to. */
export async function machineFacts(admin: Db): Promise<Facts> {
  const [row] = await admin.query<{ version: string; fsync: string; commit: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit`,
  );
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    node: process.version,
    postgres: `${row?.version}, fsync ${row?.fsync}, synchronous_commit ${row?.commit}`,
    load: `${loadavg()[0]?.toFixed(1)} when it began`,
  };
}
