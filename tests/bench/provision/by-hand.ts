import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { randomSecret } from '../../../kernel/ids.ts';
import type { Bench } from '../bench.ts';
import { storeEnvironment } from '../runtime.ts';

const LOOK_EVERY_MS = 25;
const READY_WITHIN_MS = 90_000;
/** What the docker driver asks for, so that both containers are alike. */
const LIKE_THE_DRIVER = [
  ...[
    '--init',
    '--read-only',
    '--tmpfs',
    '/tmp:rw,noexec,nosuid,nodev,size=64m',
    '--tmpfs',
    '/app/logs:uid=1000,gid=1000',
  ],
  ...[
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges:true',
    '--add-host',
    'host.docker.internal:host-gateway',
  ],
  ...['--memory', '256m', '--memory-swap', '256m', '--pids-limit', '128'],
  ...['--env', 'NODE_OPTIONS=--max-old-space-size=192'],
];

export type ByHand = { image: string; database: string; port: number; cpus: number };

/** `docker run` over an empty database that is there; returns the milliseconds until the store says that it is ready. */
export async function runByHand(bench: Bench, { image, database, port, cpus }: ByHand): Promise<number> {
  const inContainer = (url: string) => url.replace('127.0.0.1', 'host.docker.internal');
  const databaseUrl = inContainer(await ownDatabase(bench, database));
  const environment = {
    ...storeEnvironment({ ...bench, outsideUrl: inContainer(bench.outsideUrl) }, databaseUrl, 'polling'),
    HOST: '0.0.0.0',
    LISTEN_TELEGRAM_PORT: '8080',
    LISTEN_PAKASIR_PORT: '9000',
    LOG_DIR: 'logs',
  };
  const file = join(bench.scratch, `${database}.env`);
  await writeFile(
    file,
    Object.entries(environment)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const name = database.replaceAll('_', '-');
  const options = [...LIKE_THE_DRIVER, '--cpus', String(cpus), '--env-file', file, '-p', `127.0.0.1:${port}:8080`];
  const remove = () => execa('docker', ['rm', '-f', name], { reject: false });
  bench.atEnd(remove);
  const began = performance.now();
  try {
    await execa('docker', ['run', '-d', '--name', name, ...options, image]);
    while (!(await isReady(port))) {
      if (performance.now() - began > READY_WITHIN_MS) {
        const { all } = await execa('docker', ['logs', '--tail', '20', name], { all: true });
        throw new Error(`the container that was started by hand did not become ready:\n${all}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return performance.now() - began;
  } finally {
    await remove();
  }
}

/** A database with a role that owns it: the superuser is let in from this machine alone, not from a container. */
async function ownDatabase({ cluster }: Bench, name: string): Promise<string> {
  const password = randomSecret();
  await cluster.admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  const url = new URL(await cluster.database(name));
  await cluster.admin.query(`ALTER DATABASE ${name} OWNER TO ${name}`);
  url.username = name;
  url.password = password;
  return url.toString();
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}
