import { chown, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import { EMBEDDED_MAJOR, type Owner, type PostgresBinaries, runProgram } from './binaries.ts';

export const SUPERUSER = 'lapak';

/** Who may come from where: this machine. Containers come by the egress proxy, which lets in stores' roles alone. */
const ACCESS = `host all all 127.0.0.1/32 scram-sha-256
host all all all reject
`;

/**
 * Makes the data of the cluster once, or looks whether those that are there can be used. They are made aside and renamed, so
 * that a crash half-way leaves nothing that looks whole.
 * @returns password of the superuser
 * @throws AppError POSTGRES_UNAVAILABLE, STORAGE_FULL; the message says what to do
 */
export async function makeDataFolder(dir: string, data: string, binaries: PostgresBinaries): Promise<string> {
  const passwordFile = join(dir, 'password');
  const known = (await readIfThere(passwordFile))?.trim();
  if (await assertUsable(data, binaries.owner)) {
    if (known) return known;
    throw unusable(
      `The password of the embedded Postgres is missing: ${passwordFile}. Restore that file; without it nobody can enter the data in ${data}.`,
    );
  }
  const password = randomSecret(24);
  const aside = join(dir, 'data.new');
  await rm(aside, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (binaries.owner) await chown(passwordFile, binaries.owner.uid, binaries.owner.gid);
  const made = await runProgram(
    binaries.initdb,
    [
      `--pgdata=${aside}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ],
    binaries.owner,
  );
  if (!made.ok) {
    await rm(aside, { recursive: true, force: true });
    if (/No space left on device|Disk quota exceeded/i.test(made.said)) {
      throw new AppError(
        'STORAGE_FULL',
        `The disk of ${dir} is full: the embedded Postgres needs about 50 MB to begin. Free some space, then start again.`,
      );
    }
    throw unusable(`The embedded Postgres could not make its data in ${data}: ${made.said}`);
  }
  await rename(aside, data);
  return password;
}

/** @returns whether there are data */
async function assertUsable(data: string, owner: Owner): Promise<boolean> {
  const names: string[] = await readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0) return false;
  await assertOwner(data, owner);
  const version = (await readIfThere(join(data, 'PG_VERSION')))?.trim();
  if (version === undefined || !names.includes('global')) {
    throw unusable(
      `${data} is no complete data folder of Postgres (it has no ${version === undefined ? 'PG_VERSION' : 'global/'}), perhaps a copy that was broken off. Move it away to begin with an empty one, or copy it there again while no Postgres runs on it.`,
    );
  }
  if (version !== String(EMBEDDED_MAJOR)) {
    throw unusable(
      `${data} was made by PostgreSQL ${version}, and this version of Lapak brings ${EMBEDDED_MAJOR}. Start the Lapak that it was made with, or let a PostgreSQL ${version} of your own run on a copy of it and set DATABASE_URL.`,
    );
  }
  return true;
}

/** Postgres refuses data that others may read or that are another user's. */
async function assertOwner(data: string, owner: Owner): Promise<void> {
  const { uid, gid } = owner ?? { uid: process.getuid?.(), gid: process.getgid?.() };
  const found = await stat(data);
  if (uid !== undefined && found.uid !== uid) {
    throw unusable(
      `${data} belongs to user ${found.uid}, but the embedded Postgres runs as user ${uid}. Start Lapak as the user who made it, or give it over: sudo chown -R ${uid}:${gid} ${data}`,
    );
  }
  if ((found.mode & 0o027) !== 0) {
    throw unusable(
      `${data} can be read or changed by others (mode ${(found.mode & 0o777).toString(8)}), which Postgres refuses: chmod 700 ${data}`,
    );
  }
}

const unusable = (message: string): AppError => new AppError('POSTGRES_UNAVAILABLE', message);

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Written at every start, so that an older cluster gets it too. A new file: a link of this name is not followed. */
export async function writeAccess(data: string, owner: Owner): Promise<void> {
  const path = join(data, 'pg_hba.conf');
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(ACCESS);
    if (owner) await file.chown(owner.uid, owner.gid);
  } finally {
    await file.close();
  }
}
