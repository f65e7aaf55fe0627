import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { buildProgram } from '../../cli/program.ts';
import { main } from '../../cli/run.ts';
import { startContractServer } from './support/contract-server.ts';

/** Commands that are programs of their own: `lapak server` and `lapak demo` run until they are ended. */
const PROGRAMS = new Set(['server', 'demo', 'doctor']);

type Leaf = { words: string[]; program: boolean };
let commands: Leaf[];
let server: Awaited<ReturnType<typeof startContractServer>>;
beforeAll(async () => {
  commands = leavesOf(await buildProgram([]), []);
  server = await startContractServer();
});
afterAll(() => server.close());

/** Every command, with arguments that are well formed. */
function leavesOf(command: Command, path: readonly string[]): Leaf[] {
  if (command.commands.length > 0) return command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
  const given = command.registeredArguments.map((argument) => {
    if (argument.name().includes('=')) return 'LOG_LEVEL=debug';
    return argument.name() === 'id' ? '17' : `warung${argument.name().replace(/\W/g, '')}`;
  });
  return [{ words: [...path, ...given], program: PROGRAMS.has(path[0] ?? '') }];
}

let stdout = '';
let stderr = '';
beforeEach(() => {
  vi.stubEnv('LAPAK_API_URL', server.url);
  vi.stubEnv('LAPAK_API_KEY', 'lpk_test');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const documents = (text: string): unknown[] =>
  text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => JSON.parse(line));

/** Runs the command line here. Every line of both streams has to be a document, and stdout has one. */
async function run(words: readonly string[]) {
  stdout = '';
  stderr = '';
  process.exitCode = undefined;
  await main(['node', 'lapak', ...words]);
  const code = process.exitCode;
  process.exitCode = undefined;
  const [document, ...others] = documents(stdout);
  expect([words.join(' '), others]).toEqual([words.join(' '), []]);
  for (const note of documents(stderr)) expect(note).toEqual({ note: expect.any(String) });
  return { code, document: document as { error?: { code: string; message: string; exitCode: number }; help?: string } };
}

test('there are as many commands as the help has', () => {
  expect(commands.length).toBeGreaterThan(35);
});

test('with --json the help of every command, and of every group, is a document', async () => {
  const groups = new Set(commands.map(({ words }) => words[0] ?? ''));
  for (const words of [[], ...[...groups].map((word) => [word]), ...commands.map(({ words }) => words)]) {
    const { code, document } = await run([...words, '--help', '--json']);
    expect([words, code, document]).toEqual([words, 0, { help: expect.stringContaining('Usage: lapak') }]);
  }
  expect((await run(['--version', '--json'])).document).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

test('with --json bad usage of every command is a document', async () => {
  for (const { words } of commands) {
    const { code, document } = await run([...words, '--json', '--frobnicate']);
    const error = {
      code: 'BAD_USAGE',
      exitCode: 2,
      message: "unknown option '--frobnicate'",
      hints: expect.anything(),
    };
    expect([words, code, document]).toEqual([words, 2, { error }]);
  }
  for (const words of [
    ['frobnicate'],
    [],
    ['tenant'],
    ['tenant', 'frobnicate'],
    ['tenant', 'show'],
    ['key', 'create'],
  ]) {
    const { code, document } = await run([...words, '--json']);
    expect([words, code, document.error?.code]).toEqual([words, 2, 'BAD_USAGE']);
  }
});

test('with --json a refusal, and an answer of something else, are documents whatever was asked', async () => {
  for (const { words, program } of commands) {
    if (program) continue;
    server.answer = (response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      const problem = { type: 'about:blank', title: 'x', status: 404, detail: 'None.', code: 'TENANT_NOT_FOUND' };
      response.end(JSON.stringify({ ...problem, requestId: 'req-1' }));
    };
    const refused = await run([...words, '--json']);
    expect([words, refused.document.error !== undefined]).toEqual([words, true]);
    server.answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>\n');
    const strange = await run([...words, '--json']);
    expect([words, strange.code, strange.document.error?.code]).toEqual([words, strange.code, expect.any(String)]);
  }
});

test('an argument that is no text is refused before anything is asked', async () => {
  const asked = server.asked;
  const { code, document } = await run(['tenant', 'config', 'set', 'warung', '--store-name', 'Bu\ufffddi', '--json']);
  expect([code, document.error?.message]).toEqual([2, 'Argument 6 is no text in UTF-8.']);
  expect(server.asked).toBe(asked);
});
