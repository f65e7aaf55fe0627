import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { childEnvironment } from '../../support/child-environment.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'cli', 'main.ts');

export type Ran = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export type Running = {
  child: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves as soon as stdout and stderr together match. */
  saw(pattern: RegExp): Promise<void>;
  done: Promise<Ran>;
};

export type CliOptions = { env?: Record<string, string>; input?: string; cwd?: string };

/** The real CLI as a process of its own, with no environment but PATH and what is given. */
export function startCli(args: readonly string[], options: CliOptions = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...childEnvironment(), HOME: tmpdir(), ...options.env },
    cwd: options.cwd ?? tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const heard = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    heard();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const done = new Promise<Ran>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      heard();
    });
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stdout + stderr)) resolve();
          else if (child.exitCode !== null) reject(new Error(`ended before it said ${pattern}:\n${stdout}\n${stderr}`));
          else return;
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      }),
    done,
  };
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ran> {
  return startCli(args, options).done;
}

/** A folder of this test's own. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-cli-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
