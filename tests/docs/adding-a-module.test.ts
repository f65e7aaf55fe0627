import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childEnvironment } from '../support/child-environment.ts';
import { ROOT } from './pages.ts';

const FOLDERS = ['kernel', 'tenant-runtime', 'control-plane', 'cli', 'sandbox', 'migrations', 'tests'];
const FILES = ['package.json', 'tsconfig.json', 'biome.json', 'vitest.config.ts', '.gitignore'];
/** What a test of a store imports. */
const OF_A_STORE = ['kernel', 'tenant-runtime', 'sandbox', 'migrations', 'tests/support', 'tests/tenant'];
const LIST = 'tenant-runtime/composition/modules.ts';
const WITHOUT = join('tests', 'without');
const UNCACHED = ['--no-cache', '--no-fsModuleCache'];

type FileResult = { name: string; status: string; assertionResults: { failureMessages: string[] }[] };

/** A block of the page: a file that is written, or a change of one that is there. */
type Step = { path: string; language: string; body: string };

let page: string;
let steps: Step[];
/** The files that the steps wrote and changed. */
let touched: string[];
/** A copy of the sources, on which the steps are taken. */
let copy: string;

beforeAll(async () => {
  page = await readFile(join(ROOT, 'docs', 'adding-a-module.md'), 'utf8');
  const blocks = page.matchAll(/^```(\w+) file=(\S+)\n([\s\S]*?)^```$/gm);
  steps = [...blocks].map(([, language = '', path = '', body = '']) => ({ path, language, body }));
  copy = await mkdtemp(join(tmpdir(), 'lapak-new-module-'));
  for (const path of [...FOLDERS, ...FILES]) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  touched = [];
  for (const step of steps) touched.push(await take(step));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

async function take({ path, language, body }: Step): Promise<string> {
  if (language === 'diff') {
    const input = `--- a/${path}\n+++ b/${path}\n${body}`;
    await execa('git', ['apply', '--recount', '-'], { cwd: copy, input });
    return path;
  }
  const written = path.startsWith('migrations/') ? await withNextNumber(path) : path;
  await mkdir(dirname(join(copy, written)), { recursive: true });
  await writeFile(join(copy, written), body, { flag: 'wx' });
  return written;
}

/** The page tells its reader to give the migration the next free number: others may have come since it was written. */
async function withNextNumber(path: string): Promise<string> {
  const known = await readdir(join(copy, dirname(path)));
  return path.replace(/\d{4}/, String(known.length + 1).padStart(4, '0'));
}

/** Folders from which the page names files. */
const NAMED_FROM = ['', 'tenant-runtime', 'tenant-runtime/modules/shop/closed-days'];

const existsAfterwards = (path: string) => NAMED_FROM.some((folder) => existsSync(join(copy, folder, path)));

/** Runs a program of the project in the copy. */
const run = (program: string, args: readonly string[]) =>
  execa(join(ROOT, 'node_modules', '.bin', program), args, {
    cwd: copy,
    env: childEnvironment(),
    extendEnv: false,
    reject: false,
    all: true,
  });

test('the page names each file above its block, and no file or folder that is not there after its steps', () => {
  expect(steps.length).toBeGreaterThan(15);
  for (const { path, language } of steps) expect(page).toContain(`\`${path}\`:\n\n\`\`\`${language} file=${path}\n`);
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
  const named = [...prose.matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !path.startsWith('migrations/tenant/0') && !existsAfterwards(path))).toEqual([]);
});

const sourcesOf = (paths: readonly string[]) => paths.filter((path) => path.endsWith('.ts'));

test('after the steps of the page, its sources and what they import pass the type checker and the linter', async () => {
  // What tests are given by their set-up is declared there.
  const files = [...sourcesOf(touched), 'tests/support/global-setup.ts'];
  // The file that an incremental check writes is that of the project itself, through the link to its node_modules.
  const compilerOptions = { incremental: false, tsBuildInfoFile: null };
  const project = { extends: './tsconfig.json', include: [], files, compilerOptions };
  await writeFile(join(copy, 'tsconfig.page.json'), JSON.stringify(project));
  const types = await run('tsc', ['--project', 'tsconfig.page.json']);
  expect(types.exitCode, types.all).toBe(0);
  const lint = await run('biome', ['ci', '--colors=off', ...sourcesOf(touched)]);
  expect(lint.exitCode, lint.all).toBe(0);
});

test('after the steps of the page, its tests pass; without the step that lists the module, they fail', async () => {
  const [, command = ''] = /^npx vitest run (tests.*)$/m.exec(page) ?? [];
  const named = command.split(' ');
  const own = named.filter((path) => steps.some((step) => step.path === path && step.language === 'ts'));
  expect(own).toHaveLength(1);
  // A store without that step stands among the tests: one run with one Postgres tries both.
  for (const path of OF_A_STORE) await cp(join(copy, path), join(copy, WITHOUT, path), { recursive: true });
  await cp(join(ROOT, LIST), join(copy, WITHOUT, LIST));

  const report = join(copy, 'report.json');
  const files = [...named, ...own.map((path) => join(WITHOUT, path))];
  const ran = await run('vitest', ['run', ...UNCACHED, '--reporter=json', `--outputFile=${report}`, ...files]);
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as { testResults: FileResult[] };
  const statusOf = (path: string) => testResults.find(({ name }) => name === join(copy, path))?.status;
  for (const path of named) expect([path, statusOf(path)], ran.all).toEqual([path, 'passed']);
  for (const path of own) expect([path, statusOf(join(WITHOUT, path))], ran.all).toEqual([path, 'failed']);
  const [unlisted] = testResults.filter(({ status }) => status === 'failed');
  const reasons = unlisted?.assertionResults.flatMap(({ failureMessages }) => failureMessages) ?? [];
  expect(reasons.join('\n')).toContain('📅 Hari Libur');
});
