import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { postgresOwner } from '../../control-plane/platform/postgres/binaries.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { freePort } from './ports.ts';
import { clusterUrl } from './postgres.ts';

/** Why no test can use PgBouncer here; undefined where it can. In CI it must be there. */
export const noPgBouncer = ((): string | undefined => {
  if (process.env.CI) return undefined;
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    process.stderr.write('tests with PgBouncer are skipped: it is not on the PATH (Debian: apt install pgbouncer)\n');
    return 'PgBouncer is not on the PATH';
  }
})();

export type TestPgBouncer = {
  /** Connection string of the superuser through it, to any database of the run's cluster. */
  url(database?: string): string;
  close(): Promise<void>;
};

/** A real PgBouncer in front of the run's cluster, with the settings that docs/configuration.md names. */
export async function startPgBouncer(poolMode: 'session' | 'transaction'): Promise<TestPgBouncer> {
  const owner = await postgresOwner();
  const dir = await mkdtemp(join(tmpdir(), 'lapak-pgbouncer-'));
  const cluster = new URL(clusterUrl());
  const port = await freePort();
  const [config, users] = [join(dir, 'pgbouncer.ini'), join(dir, 'users.txt')];
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', pool_mode: poolMode },
    ...{ auth_type: 'scram-sha-256', auth_file: users, auth_user: cluster.username },
    ...{ max_client_conn: 500, default_pool_size: 100 },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  await writeFile(config, `[databases]\n* = host=127.0.0.1 port=${cluster.port}\n[pgbouncer]\n${lines.join('\n')}\n`);
  await writeFile(users, `"${cluster.username}" "${cluster.password}"\n`, { mode: 0o600 });
  await chmod(dir, 0o755);
  if (owner) await chown(users, owner.uid, owner.gid);
  const running = execa('pgbouncer', [config], { cwd: '/', reject: false, all: true, ...owner });
  const url = (database = 'postgres') =>
    Object.assign(new URL(cluster), { port: String(port), pathname: `/${database}` }).toString();
  await eventually(async () => {
    const client = new pg.Client({ connectionString: url() });
    client.on('error', () => {});
    await client.connect().finally(() => client.end());
  });
  return {
    url,
    async close() {
      running.kill('SIGTERM');
      await running;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
