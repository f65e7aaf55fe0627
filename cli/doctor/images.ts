import Docker from 'dockerode';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import type { Client } from '../api/client.ts';
import { collect } from '../api/pages.ts';
import { type Check, type Finding, ok, warning } from './check.ts';
import { askControlPlane, firstOf } from './probes.ts';
import { driverOf } from './settings.ts';

const MOST_LOOKED_AT = 1_000;
const MOST_NAMED = 5;

/** Whether the containers run what the names of their images stand for now: a name is given to another content by each build. */
export function imagesCheck(env: Environment): Check {
  return {
    name: 'Images',
    async run() {
      if (driverOf(env) !== 'docker') return ok('not needed: stores run as processes');
      try {
        return await askControlPlane(env, (client) => inspect(client, new Docker({ timeout: 5000 })));
      } catch (error) {
        // That the engine does not answer is told by the check of it alone.
        if (!isAway(error)) throw error;
        return ok('not looked at: the engine was not asked');
      }
    },
  };
}

const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));

async function inspect(client: Client, docker: Docker): Promise<Finding> {
  const stores = await collect(MOST_LOOKED_AT, async (cursor, limit) => {
    const page = await client.call(ROUTES.listTenants, { query: { limit, cursor } });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
  const containers = await docker.listContainers({ filters: { label: ['lapak.tenant'] } });
  const running = new Map(containers.map(({ Labels, ImageID }) => [Labels['lapak.tenant'], ImageID]));
  const contents = new Map<string, string | undefined>();
  for (const { image } of stores) if (!contents.has(image)) contents.set(image, await contentOf(docker, image));
  const alive = stores.filter(({ store }) => running.has(store));
  const gone = alive.filter(({ image }) => contents.get(image) === undefined);
  const other = alive.filter(
    ({ store, image }) => !gone.some((one) => one.store === store) && contents.get(image) !== running.get(store),
  );
  if (gone.length > 0) {
    return warning(
      `not there any more: ${named(gone.map(({ image }) => image))}; the stores run on, and cannot be made again`,
      'Build or pull it, or upgrade the stores: lapak tenant upgrade <store> --image <one that exists>.',
    );
  }
  if (other.length > 0) {
    return warning(
      `the name of the image stands for another content by now: ${named(other.map(({ store, image }) => `${store} (${image})`))}`,
      'They run what they were opened with. Bring them to the new one: lapak tenant upgrade <store>, or --all.',
    );
  }
  return ok(`${alive.length} containers run what the names of their images stand for`);
}

const named = (all: readonly string[]): string => firstOf([...new Set(all)], MOST_NAMED);

/** Undefined where the engine has no such image. */
async function contentOf(docker: Docker, image: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(image).inspect()).Id;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined;
    throw error;
  }
}
