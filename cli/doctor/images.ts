import Docker from 'dockerode';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import { createClient } from '../api/client.ts';
import { readCredentials } from '../api/credentials.ts';
import { collect } from '../api/pages.ts';
import { CliError } from '../exit.ts';
import { type Check, type Finding, ok, warning } from './check.ts';

const MOST_LOOKED_AT = 1_000;
const MOST_NAMED = 5;

/** Whether the containers run what the names of their images stand for now: a name is given to another content by each build. */
export function imagesCheck(env: Environment): Check {
  return {
    name: 'Images',
    async run() {
      if ((env.LAPAK_DRIVER?.trim() || 'process') !== 'docker') return ok('not needed: stores run as processes');
      try {
        return await inspect(createClient(await readCredentials(env)), new Docker({ timeout: 5000 }));
      } catch (error) {
        // That one of them does not answer is another check's to say.
        if (error instanceof CliError && error.code === 'INTERNAL') throw error;
        if (!(error instanceof CliError) && !isAway(error)) throw error;
        return ok('not looked at: the control plane or the engine was not asked');
      }
    },
  };
}

const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));

async function inspect(client: ReturnType<typeof createClient>, docker: Docker): Promise<Finding> {
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

function named(all: readonly string[]): string {
  const each = [...new Set(all)];
  return `${each.slice(0, MOST_NAMED).join(', ')}${each.length > MOST_NAMED ? ` and ${each.length - MOST_NAMED} more` : ''}`;
}

/** Undefined where the engine has no such image. */
async function contentOf(docker: Docker, image: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(image).inspect()).Id;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined;
    throw error;
  }
}
