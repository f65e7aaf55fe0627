import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { findMarked } from '../../control-plane/fleet/drivers/process/identity.ts';
import {
  type DeploymentInput,
  loadTemplates,
  renderDeployment,
  writeDeployment,
} from '../../control-plane/fleet/rendering/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { TENANT_ENV } from '../../tenant-runtime/config.ts';
import { tempFolder } from '../drivers/stores.ts';
import { freePorts } from '../support/ports.ts';
import { composeCommand } from './compose.ts';

const templates = await loadTemplates();
const compose = await composeCommand();
const input: DeploymentInput = {
  store: 'warung',
  name: 'bot-warung-qris',
  image: 'registry.example:5000/lapak/tenant-runtime:1.2',
  generation: 3,
  specHash: 'a$b"c\'d',
  env: { BOT_STORE_NAME: `Bu Sri's "Toko" <&> $5`, TELEGRAM_BOT_TOKEN: '123456:secret', HOST: '127.0.0.1' },
  ports: { telegram: 20_001, pakasir: 20_002 },
  limits: { memoryMb: 256, cpus: 0.5, pids: 64 },
};

const contentOf = (path: string, from = input) =>
  renderDeployment(from, templates).files.find((file) => file.path === path)!.content;

test('rendering the same input gives the same files', () => {
  expect(renderDeployment(input, templates)).toEqual(renderDeployment(structuredClone(input), templates));
});

test('bot.env carries the environment, but not where to listen', () => {
  expect(parseEnv(contentOf('bot.env'))).toEqual({
    BOT_STORE_NAME: `Bu Sri's "Toko" <&> $5`,
    TELEGRAM_BOT_TOKEN: '123456:secret',
  });
});

test('secrets are in bot.env only', () => {
  const { files } = renderDeployment(input, templates);
  expect(files.filter(({ content }) => content.includes('123456:secret')).map(({ path }) => path)).toEqual(['bot.env']);
});

test('README_TENANT.md explains every key', () => {
  const readme = contentOf('README_TENANT.md');
  for (const key of Object.keys(TENANT_ENV.shape)) expect(readme).toContain(`| \`${key}\``);
});

test('README_TENANT.md does not call the retention of proofs a switch that nothing obeys', () => {
  const row = /^.*`SNK_RETENTION_DAYS`.*$/m.exec(contentOf('README_TENANT.md'))?.[0];
  expect(row).toContain('deleted.');
  expect(row).not.toContain('Not in force');
});

test('a folder is written with its modes, and written again without losing what else is there', async () => {
  const folder = join(tempFolder('lapak-folder-'), 'bot-warung-qris');
  await writeDeployment(folder, renderDeployment(input, templates).files);
  await writeFile(join(folder, 'logs', 'kept.log'), 'kept');
  const changed = { ...input, env: { ...input.env, LOG_LEVEL: 'debug' } };
  await writeDeployment(folder, renderDeployment(changed, templates).files);
  expect((await readdir(folder)).sort()).toEqual([
    'README_TENANT.md',
    'backups',
    'bot.env',
    'compose.yml',
    'logs',
    'run.sh',
  ]);
  expect(await readdir(join(folder, 'backups'))).toEqual(['local', 'offsite']);
  expect((await readdir(join(folder, 'logs'))).sort()).toEqual(['kept.log', 'maintenance']);
  const mode = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);
  expect([await mode('bot.env'), await mode('run.sh')]).toEqual(['600', '755']);
  const folders = ['logs', 'logs/maintenance', 'backups', 'backups/local', 'backups/offsite'];
  expect(await Promise.all(folders.map(mode))).toEqual(folders.map(() => '750'));
  expect(parseEnv(await readFile(join(folder, 'bot.env'), 'utf8')).LOG_LEVEL).toBe('debug');
});

test('run.sh is a POSIX shell script, whatever the names hold', async () => {
  await execa('sh', ['-n'], { input: contentOf('run.sh') });
  const odd = contentOf('run.sh', { ...input, image: "it's $(touch /tmp/x)" });
  const { stdout } = await execa('sh', ['-c', `${/^IMAGE=.*$/m.exec(odd)![0]}; printf %s "$IMAGE"`]);
  expect(stdout).toBe("it's $(touch /tmp/x)");
});

test.skipIf(!compose)('compose accepts compose.yml and reads names as they are', async () => {
  const folder = tempFolder('lapak-compose-');
  await writeDeployment(folder, renderDeployment(input, templates).files);
  const [command, ...first] = compose!;
  const { stdout } = await execa(command!, [...first, '-f', 'compose.yml', 'config'], { cwd: folder });
  expect(stdout).toContain('image: registry.example:5000/lapak/tenant-runtime:1.2');
  expect(stdout).toContain('lapak.spec-hash: a$$b"c\'d');
});

/** A `docker` that knows one store's containers, `id name tenant spec-hash state` a line in `containers`, and writes down each call. */
const FAKE_DOCKER = `#!/bin/sh
cd "$FAKE"
printf '%s\n' "$*" >>calls
line() { awk -v who="$1" '$1 == who || $2 == who' containers; }
case "$1" in
  info|network|pull) exit 0 ;;
  image) exit 0 ;;
  exec) grep -q ' running$' containers ;;
  ps) awk -v store="\${5#label=lapak.tenant=}" '$3 == store { print $1 }' containers ;;
  inspect)
    for last; do :; done
    found=$(line "$last")
    [ -n "$found" ] || exit 1
    case "$*" in
      *lapak.installation*) echo "$found" | awk '{ print $6 }' ;;
      *lapak.tenant*) echo "$found" | awk '{ print $3 }' ;;
      *spec-hash*) echo "$found" | awk '{ print $4 }' ;;
      *.Name*) echo "$found" | awk '{ print "/" $2 }' ;;
      *) echo "$found" | awk '{ print $5 }' ;;
    esac ;;
  start) [ ! -f stranded ] || exit 1; sed -i "/ $2 /s/[a-z]*$/running/" containers ;;
  stop) for last; do :; done; sed -i "/^$last /s/[a-z]*$/exited/" containers ;;
  rm) sed -i "/^$3 /d; / $3 /d" containers ;;
  compose) [ "$2" = version ] || echo "c9 bot-warung-qris warung spec running" >>containers ;;
esac
`;

type Made = {
  fake: string;
  run(...args: string[]): Promise<{ exitCode?: number; all: string; calls: string[]; left: string[] }>;
};

/** A store's folder beside an engine that holds the given containers. */
async function byHand(containers: string[]): Promise<Made> {
  const fake = tempFolder('lapak-fake-docker-');
  const folder = join(fake, 'bot-warung-qris');
  await writeDeployment(
    folder,
    renderDeployment({ ...input, specHash: 'spec', installation: 'ours' }, templates).files,
  );
  await writeFile(join(fake, 'docker'), FAKE_DOCKER, { mode: 0o755 });
  await writeFile(join(fake, 'containers'), containers.map((line) => `${line}\n`).join(''));
  return {
    fake,
    async run(...args) {
      await writeFile(join(fake, 'calls'), '');
      const env = { PATH: `${fake}:${process.env.PATH}`, FAKE: fake, WAIT_SECONDS: '0' };
      const { exitCode, all } = await execa('./run.sh', args, { cwd: folder, env, reject: false, all: true });
      const lines = async (name: string) => (await readFile(join(fake, name), 'utf8')).split('\n').filter(Boolean);
      const acts = (await lines('calls')).filter((call) => /^(start|stop|rm|compose.*up)\b/.test(call));
      return { ...(exitCode === undefined ? {} : { exitCode }), all, calls: acts, left: await lines('containers') };
    },
  };
}

test("run.sh starts Lapak's own container when it is as the folder says, and makes none beside it", async () => {
  const { run } = await byHand(['c1 bot-warung-qris warung spec exited']);
  const started = await run();
  expect(started).toMatchObject({
    exitCode: 0,
    calls: ['start bot-warung-qris'],
    left: ['c1 bot-warung-qris warung spec running'],
  });
  const stopped = await run('stop');
  expect(stopped).toMatchObject({
    exitCode: 0,
    calls: ['stop -t 30 c1'],
    left: ['c1 bot-warung-qris warung spec exited'],
  });
  expect((await run('restart')).calls).toEqual(['stop -t 30 c1', 'start bot-warung-qris']);
});

test('run.sh replaces a container of another configuration, one under another name, and one that does not start', async () => {
  const old = await byHand(['c1 bot-warung-qris warung old running', 'c2 bot-warung-qris.next warung spec running']);
  expect(await old.run()).toMatchObject({
    exitCode: 0,
    calls: ['stop -t 30 c1', 'rm -f c1', 'stop -t 30 c2', 'rm -f c2', 'compose -f compose.yml up -d'],
    left: ['c9 bot-warung-qris warung spec running'],
  });
  const stranded = await byHand(['c1 bot-warung-qris warung spec exited']);
  await writeFile(join(stranded.fake, 'stranded'), '');
  expect(await stranded.run()).toMatchObject({
    exitCode: 0,
    calls: ['start bot-warung-qris', 'rm -f bot-warung-qris', 'compose -f compose.yml up -d'],
  });
});

test('run.sh leaves a container of its name alone that is not of this store', async () => {
  const { run } = await byHand(['c1 bot-warung-qris other spec running']);
  const refused = await run();
  expect(refused).toMatchObject({ exitCode: 1, calls: [] });
  expect(refused.all).toContain('A container named bot-warung-qris exists that this Lapak did not make for warung');
  const other = await byHand(['c1 bot-warung-qris warung spec running theirs']);
  expect(await other.run()).toMatchObject({ exitCode: 1, calls: [] });
  expect(await other.run('stop')).toMatchObject({ exitCode: 0, calls: [] });
});

test('where stores are processes, run.sh starts one, leaves one that runs, and stops it', async () => {
  const folder = join(tempFolder('lapak-by-hand-'), 'bot-warung-qris');
  const [runtime, mark] = [join(folder, 'runtime.mjs'), shortId(12)];
  onTestFinished(async () => {
    for (const { pid } of (await findMarked(mark)).get('warung') ?? []) process.kill(pid, 'SIGKILL');
  });
  const [port] = await freePorts(1);
  const started = { node: process.execPath, runtime, mark, output: 'logs/runtime/output.log' };
  const given = { ...input, ports: { telegram: port as number, pakasir: 20_002 }, process: started };
  await writeDeployment(folder, renderDeployment(given, templates).files);
  await writeFile(
    runtime,
    `import { createServer } from 'node:http';
     createServer((_, answer) => answer.end()).listen(Number(process.env.LISTEN_TELEGRAM_PORT), process.env.HOST);`,
  );
  const run = (...args: string[]) => execa('./run.sh', args, { cwd: folder, reject: false, all: true });
  expect((await run('status')).all).toContain('warung: does not run');
  const first = await run();
  expect([first.exitCode, first.all]).toEqual([0, expect.stringContaining('warung is healthy')]);
  const pid = async () => /process (\d+)/.exec((await run()).all)?.[1];
  const running = await pid();
  expect(running).toBeDefined();
  expect(await pid()).toBe(running);
  // As the process driver looks for what it has no record of.
  expect([...(await findMarked(mark))]).toMatchObject([['warung', [{ pid: Number(running) }]]]);
  expect((await run('status')).exitCode).toBe(0);
  expect((await run('stop')).all).toContain('warung is stopped');
  expect((await findMarked(mark)).size).toBe(0);
  await writeFile(runtime, "console.error('no DATABASE_URL'); process.exit(78);");
  const failed = await run();
  expect([failed.exitCode, failed.all]).toEqual([1, expect.stringContaining('no DATABASE_URL')]);
  const without = renderDeployment({ ...given, process: { ...started, runtime: '/nowhere/main.ts' } }, templates).files;
  await writeDeployment(folder, without);
  expect((await run()).all).toContain('The runtime of Lapak is not at /nowhere/main.ts.');
});

test('README_TENANT.md says how this store runs and who makes its backups', async () => {
  const container = contentOf('README_TENANT.md');
  const process = { node: '/n', runtime: '/srv/lapak/tenant-runtime/main.ts', mark: 'm', output: 'logs/x' };
  const asProcess = contentOf('README_TENANT.md', { ...input, process });
  expect(container).toContain('The store runs in a container.');
  expect(asProcess).toContain('a process of this machine, of `/srv/lapak/tenant-runtime/main.ts`');
  for (const text of [container, asProcess]) expect(text).toContain('While no control plane runs nobody makes backups');
});

test('what a store puts in the place of a folder in its logs does not keep its files from being written, and is left alone', async () => {
  const folder = join(tempFolder('lapak-render-'), input.name);
  const { files } = renderDeployment(input, templates);
  await writeDeployment(folder, files);
  const maintenance = join(folder, 'logs', 'maintenance');
  const elsewhere = join(folder, 'elsewhere');
  const traps = [() => writeFile(maintenance, 'mine'), () => symlink(elsewhere, maintenance)];
  for (const trap of traps) {
    await rm(maintenance, { recursive: true });
    await trap();
    await writeDeployment(folder, renderDeployment({ ...input, image: 'other:1' }, templates).files);
    expect(await readFile(join(folder, 'compose.yml'), 'utf8')).toContain('other:1');
  }
  await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' });
});
