import { findPostgresTools } from '../../../kernel/postgres-tools.ts';

/**
 * Whether backups can be made here: they need pg_dump and pg_restore. In CI they must; elsewhere the reason is printed, and
 * the tests are skipped.
 */
export async function backupsAvailable(): Promise<boolean> {
  const tools = await findPostgresTools({ pgBin: process.env.LAPAK_PG_BIN, path: process.env.PATH }, 15);
  if (tools.kind === 'found') return true;
  const reason = 'no pg_dump and pg_restore of PostgreSQL 15 or newer (Debian: apt install postgresql-client)';
  if (process.env.CI) throw new Error(`Backup tests must run in CI: ${reason}`);
  process.stderr.write(`backup tests are skipped: ${reason}\n`);
  return false;
}

/** Of the body of an upgrade: a machine that cannot make backups upgrades its stores without them. */
export const upgradeWithout = async (): Promise<{ withoutBackup?: true }> =>
  (await backupsAvailable()) ? {} : { withoutBackup: true };
