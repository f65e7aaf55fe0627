import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../kernel/config.ts';
import { absent } from '../../kernel/files.ts';
import { lapakHome } from '../api/credentials.ts';
import { broken, type Check, ok, warning } from './check.ts';
import { nearestExisting } from './probes.ts';
import { deploymentsOf } from './settings.ts';

/** Files below LAPAK_HOME that hold keys. */
const KEY_FILES = ['cli.json', 'master.key'];
const GIB = 1024 ** 3;

export function homeCheck(env: Environment): Check {
  return {
    name: 'LAPAK_HOME',
    async run() {
      const home = lapakHome(env);
      if ((await modeOf(home)) === undefined) return ok(`${home} is not made yet; the first start makes it`);
      for (const name of KEY_FILES) {
        const file = join(home, name);
        const mode = await modeOf(file);
        if (mode !== undefined && (mode & 0o077) !== 0) {
          return broken(
            `${file} can be read by others (mode ${(mode & 0o777).toString(8)})`,
            `chmod 600 ${file}, and change the keys in it.`,
          );
        }
      }
      return ok(`${home}; its keys are for its owner only`);
    },
  };
}

export function diskCheck(env: Environment): Check {
  return {
    name: 'Disk',
    async run() {
      const places = [lapakHome(env), deploymentsOf(env)];
      const free = await Promise.all(places.map(async (place) => ({ place, gib: await freeGib(place) })));
      const least = free.reduce((a, b) => (b.gib < a.gib ? b : a));
      const detail = `${least.gib.toFixed(1)} GiB free at ${least.place}`;
      if (least.gib < 1) return broken(detail, 'Free some space: databases and backups stop where the disk ends.');
      if (least.gib < 5) return warning(detail, 'Plan for more space: backups are kept for months.');
      return ok(detail);
    },
  };
}

async function freeGib(place: string): Promise<number> {
  const { bavail, bsize } = await statfs(await nearestExisting(place));
  return (bavail * bsize) / GIB;
}

/** Mode bits; undefined when there is nothing. */
async function modeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.mode;
}
