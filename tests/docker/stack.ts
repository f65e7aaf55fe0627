import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import { shortId } from '../../kernel/ids.ts';
import { composeCommand } from '../rendering/compose.ts';
import { TEST_IMAGE } from '../support/docker.ts';
import { buildSubstitutes } from './substitutes.ts';

/** Image of the control plane, which `.ci/engine.sh` builds. */
export const CONTROL_IMAGE = process.env.LAPAK_TEST_CONTROL_IMAGE ?? 'lapak-control-plane:ci';

const GUIDE = join(import.meta.dirname, '..', '..', 'deployments', 'control-plane');
const docker = new Docker();

/** Production as its guide sets it up, beside whatever else runs on this machine: names, ports and folder are its own. */
export type Stack = {
  /** LAPAK_ROOT. */
  root: string;
  /** Public address of the stores, by way of Caddy. */
  publicUrl: string;
  /** Connection string of the cluster's superuser to any database. */
  databaseUrl(database: string): string;
  /** `docker compose …` in the folder of the stack. @returns what it said */
  compose(...args: string[]): Promise<string>;
  /** `lapak …` in the container of the control plane. */
  lapak(...args: string[]): Promise<string>;
  /** Health of its containers by the name of their service. */
  health(): Promise<Record<string, string>>;
  /** The container of a store. */
  store(name: string): Promise<Docker.ContainerInspectInfo>;
  close(): Promise<void>;
};

export type StackOptions = { sandboxUrl: string };

export async function setUpStack({ sandboxUrl }: StackOptions): Promise<Stack> {
  const name = `lapak-stack-${shortId(6).toLowerCase()}`;
  const network = `${name}-stores`;
  const root = await mkdtemp(join(tmpdir(), `${name}-`));
  // The user of the containers passes through; mkdtemp lets in only its maker.
  await chmod(root, 0o755);
  const folder = join(root, 'checkout', 'deployments', 'control-plane');
  const ports = ownPorts();
  const publicUrl = `http://localhost:${ports.public}`;
  const command = (await composeCommand()) as readonly [string, ...string[]];
  const [program, ...first] = command;

  async function compose(...args: string[]): Promise<string> {
    const whole = [...first, ...args];
    const { stdout } = await execa(program, whole, { cwd: folder, env: { COMPOSE_INTERACTIVE_NO_CLI: '1' } });
    return stdout;
  }

  let removeImages = async () => {};
  /** All that is there, whatever of it fails. */
  async function close(): Promise<void> {
    const faults: unknown[] = [];
    const attempt = (step: () => Promise<unknown>) => step().catch((error) => faults.push(error));
    // It would start the stores again that are taken from it.
    await attempt(() => compose('stop', '--timeout', '20', 'control-plane'));
    await attempt(async () => {
      const stores = await docker.listContainers({
        all: true,
        filters: { network: [network], label: ['lapak.tenant'] },
      });
      const egress = await docker.listContainers({ all: true, filters: { label: [`lapak.egress=${network}`] } });
      for (const { Id } of [...stores, ...egress]) await docker.getContainer(Id).remove({ force: true, v: true });
      for (const { Id } of await docker.listNetworks({ filters: { name: [network] } }))
        await docker.getNetwork(Id).remove();
    });
    await attempt(() => compose('down', '--volumes', '--timeout', '20'));
    await attempt(removeImages);
    await attempt(() => rm(root, { recursive: true, force: true }));
    if (faults.length > 0) throw new AggregateError(faults, 'the stack was not taken away as a whole');
  }

  try {
    removeImages = await buildSubstitutes();
    await mkdir(folder, { recursive: true });
    await cp(GUIDE, folder, { recursive: true });
    const steps = await stepsOfGuide();
    await sh(steps.folders.replaceAll('sudo ', '').replaceAll('/srv/lapak', root), root);
    await sh(steps.settings, join(root, 'checkout'));
    await set(join(folder, '.env'), {
      ...{
        LAPAK_ROOT: root,
        LAPAK_NAME: name,
        COMPOSE_PROJECT_NAME: name,
        LAPAK_CONTROL_IMAGE: CONTROL_IMAGE,
        POSTGRES_PORT: ports.postgres,
      },
    });
    await set(join(folder, 'control-plane.env'), {
      ...{
        LAPAK_PORT: ports.api,
        LAPAK_PORT_RANGE: ports.stores,
        LAPAK_IMAGE: TEST_IMAGE,
        LAPAK_PUBLIC_URL: publicUrl,
        // A busy machine is not what this is about.
        LAPAK_TENANT_READY_TIMEOUT: 600,
      },
      ...{ TELEGRAM_API_ROOT: sandboxUrl, PAKASIR_API_BASE: `${sandboxUrl}/pakasir` },
    });
    // Debian's Caddy is older than CADDY_ADMIN: it is told by what it starts with.
    const start = join(root, 'home', 'caddy', 'current.caddyfile');
    await writeFile(start, '{\n\tadmin unix//run/caddy/admin.sock\n}\n');
    await sh(`chown 1000:1000 ${start}`, root);
    for (const line of steps.go) await compose(...line.split(' ').slice(2));
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }

  const settings = await readFile(join(folder, '.env'), 'utf8');
  const password = /^POSTGRES_PASSWORD=(.+)$/m.exec(settings)?.[1];
  return {
    root,
    publicUrl,
    databaseUrl: (database) => `postgres://lapak:${password}@127.0.0.1:${ports.postgres}/${database}`,
    compose,
    lapak: (...args) => compose('exec', '-T', 'control-plane', 'lapak', ...args),
    async health() {
      const found = await docker.listContainers({
        all: true,
        filters: { label: [`com.docker.compose.project=${name}`] },
      });
      return Object.fromEntries(
        found.map(({ Labels, Status }) => [
          Labels['com.docker.compose.service'],
          /\((\w+)\)$/.exec(Status)?.[1] ?? Status,
        ]),
      );
    },
    async store(slug) {
      const [found] = await docker.listContainers({ all: true, filters: { label: [`lapak.tenant=${slug}`] } });
      return docker.getContainer(found?.Id as string).inspect();
    },
    close,
  };
}

/** The commands of "Set it up", as a reader copies them: what makes folders, what makes settings, what starts it all. */
async function stepsOfGuide() {
  const guide = await readFile(join(GUIDE, 'README.md'), 'utf8');
  const block = /## Set it up\n+```sh\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const parts = block.split(/^# \d\. .*\n/m);
  const [folders, settings, go] = [parts[2], parts[3], parts[4]];
  if (!folders || !settings || !go) throw new Error('the guide has other steps than these tests know');
  return { folders, settings, go: go.split('\n').filter((line) => line.startsWith('docker compose up')) };
}

const sh = (script: string, cwd: string) => execa('sh', ['-eu'], { input: script, cwd });

/** Sets keys of an environment file, those that are commented out too. */
async function set(file: string, values: Record<string, string | number>): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^#?${key}=.*$`, 'm');
    text = line.test(text) ? text.replace(line, () => `${key}=${value}`) : `${text}${key}=${value}\n`;
  }
  await writeFile(file, text);
}

/** Below the ports that the system gives to outgoing connections; files that run side by side keep apart. */
function ownPorts() {
  const from = 12_000 + Number(process.env.VITEST_POOL_ID ?? 0) * 1_000 + Math.floor(Math.random() * 8) * 100;
  const [postgres, api, front] = [from + 90, from + 91, from + 93];
  return { postgres, api, public: front, stores: `${from}-${from + 89}` };
}
