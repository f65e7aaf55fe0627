import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { absent, replaceFile, syncFolder } from '../../../kernel/files.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { type Place, type Shard, type ShardDirectory, shardRuntime } from '../drivers/index.ts';
import type { Ports } from '../ports/index.ts';
import { envLine } from '../rendering/index.ts';
import { runtimeName } from '../tenants/naming.ts';
import {
  type PlaceRow,
  type ShardRow,
  selectPlace,
  selectPlaced,
  selectShards,
  updateCode,
  updateToken,
} from './sql.ts';

export type ShardDirectoryDeps = {
  db: Db;
  log: Log;
  secrets: Pick<Secrets, 'seal' | 'open'>;
  /** Of shards. */
  ports: Ports;
  /** Folder of the control plane; the folders of shards are below it. */
  home: string;
  /** Folder that holds the deployment folders of stores. */
  deployments: string;
};

/** Of a shard: what it takes by itself, and what each of its stores may take beyond that. */
const MEMORY_MB = { own: 256, store: 3 } as const;
const CPUS = 1;
const PIDS = 256;

export const placeOfToken = (shardId: string): string => `shard:${shardId}:token`;

/** Deletes what a shard left behind: it would remember its stores. */
export async function removeShardFolder(home: string, name: string): Promise<void> {
  await rm(folderOf(home, name), { recursive: true, force: true });
}

const folderOf = (home: string, name: string): string => join(home, 'shards', name);

/** The shards as their rows say, for the driver that runs them. */
export function createShardDirectory(deps: ShardDirectoryDeps): ShardDirectory {
  const { db, log, secrets, ports, home } = deps;

  /** Nobody but the shard and this control plane needs it: one that no key opens any more is replaced, and the shard with it. */
  async function tokenOf({ id, name, token_sealed: sealed }: ShardRow): Promise<string> {
    try {
      return secrets.open(sealed, placeOfToken(id));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SECRET_UNREADABLE') throw error;
      const token = randomSecret(32);
      await updateToken(db, id, secrets.seal(token, placeOfToken(id)));
      log.warn({ shard: name }, 'no key opens the token of a shard; it is started again with a new one');
      return token;
    }
  }

  async function toShard(row: ShardRow): Promise<Shard> {
    const { telegram, pakasir } = row.ports;
    const pair = telegram && pakasir ? { telegram, pakasir } : await ports.ensure(row.id);
    const token = await tokenOf(row);
    const env = { HOST_TOKEN: token, LOG_DIR: 'logs' };
    const limits = { memoryMb: MEMORY_MB.own + MEMORY_MB.store * row.capacity, cpus: CPUS, pids: PIDS };
    const specHash = sha256Hex(JSON.stringify({ env, limits, ports: pair })).slice(0, 32);
    const runtime = shardRuntime(row.name);
    const spec = { store: runtime, name: runtime, folder: folderOf(home, row.name), image: '', generation: 1 };
    return { name: row.name, token, spec: { ...spec, specHash, env, ports: pair, limits } };
  }

  const toPlace = ({ store, gateway, shard }: PlaceRow): Place => ({
    store,
    shard: shard ?? undefined,
    folder: join(deps.deployments, runtimeName(store, gateway)),
  });

  return {
    all: async () => Promise.all((await selectShards(db)).map(toShard)),
    async placeOf(store) {
      const row = await selectPlace(db, store);
      return row && toPlace(row);
    },
    placed: async () => (await selectPlaced(db)).map(toPlace),
    async prepare({ spec }) {
      const file = join(spec.folder, 'bot.env');
      const text = Object.entries(spec.env)
        .map(([key, value]) => `${envLine(key, value)}\n`)
        .join('');
      if ((await readFile(file, 'utf8').catch(absent)) === text) return;
      await mkdir(join(spec.folder, 'logs'), { recursive: true, mode: 0o700 });
      await replaceFile(file, text, { mode: 0o600 });
      await syncFolder(spec.folder);
    },
    sawCode: ({ name }, code) => updateCode(db, name, code),
    async replaceLostPorts({ name }) {
      const row = (await selectShards(db)).find((one) => one.name === name);
      return row !== undefined && (await ports.dropLost(row.id)).length > 0;
    },
  };
}
