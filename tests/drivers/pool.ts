import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver } from '../../control-plane/fleet/drivers/driver.ts';
import {
  createPoolDriver,
  type Place,
  type PoolDriverOptions,
  type Shard,
  shardRuntime,
} from '../../control-plane/fleet/drivers/pool/index.ts';
import { createProcessDriver, type ProcessDriverOptions } from '../../control-plane/fleet/drivers/process/index.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Log } from '../../kernel/log.ts';

export const HOST_TOKEN = 'token-of-the-host-of-fake-stores-0123456789';

/** What both this process and another need to make the same pool driver; it goes through JSON. */
export type PoolSetup = {
  process: Omit<ProcessDriverOptions, 'log'>;
  /** Folder of the shards. */
  folder: string;
  shards: { name: string; ports: { telegram: number; pakasir: number } }[];
};

export function shardOf({ folder, shards }: PoolSetup, name: string): Shard {
  const found = shards.find((one) => one.name === name);
  if (!found) throw new Error(`no shard ${name}`);
  const store = shardRuntime(name);
  const env = { HOST_TOKEN, LOG_DIR: 'logs' };
  const spec = { store, name: store, folder: join(folder, name), image: '', generation: 1, specHash: 'shard', env };
  const limits = { memoryMb: 320, cpus: 1, pids: 64 };
  return { name, token: HOST_TOKEN, spec: { ...spec, ports: found.ports, limits } };
}

type Options = { log: Log; places: ReadonlyMap<string, Place>; failpoint?: Failpoint; wakeWithinMs?: number };

/** @param options.places where stores should be: a map in place of the control database */
export function poolOptions(setup: PoolSetup, { places, ...rest }: Options): PoolDriverOptions {
  const { wakeWithinMs: _, ...ofProcess } = rest;
  return {
    wakeWithinMs: 20_000,
    ...rest,
    inner: createProcessDriver({ ...setup.process, ...ofProcess }),
    shards: {
      all: async () => setup.shards.map(({ name }) => shardOf(setup, name)),
      placeOf: async (store) => places.get(store),
      placed: async () => [...places.values()].filter(({ shard }) => shard !== undefined),
      async prepare({ spec }) {
        await mkdir(spec.folder, { recursive: true });
        const lines = Object.entries(spec.env).map(([key, value]) => `${key}=${value}\n`);
        await writeFile(join(spec.folder, 'bot.env'), lines.join(''), { mode: 0o600 });
      },
      sawCode: async () => {},
      replaceLostPorts: async () => false,
    },
  };
}

export const createTestPool = (setup: PoolSetup, options: Options): Driver =>
  createPoolDriver(poolOptions(setup, options));
