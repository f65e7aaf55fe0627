import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import {
  type DeploymentInput,
  loadTemplates,
  renderDeployment,
  writeDeployment,
} from '../../control-plane/fleet/rendering/index.ts';
import { TENANT_ENV } from '../../tenant-runtime/config.ts';
import { tempFolder } from '../drivers/stores.ts';
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
