import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { errorMessage } from '../../kernel/errors.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Ending } from '../programs.ts';
import { bornAt } from './processes.ts';
import type { KnownProcess } from './state.ts';

export type Child = {
  known: KnownProcess;
  logFile: string;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<Ending>;
  /** Asks it to end (SIGTERM), and makes it after `graceMs`. */
  stop(graceMs: number): Promise<'ended' | 'killed'>;
};

export type Program = {
  role: string;
  entryPoint: string;
  env: Record<string, string>;
  logFile: string;
  /** Set for a program that looks after others: the address that says when it does. */
  healthUrl?: string;
};

/**
 * Starts a program of Lapak in a process group of its own: Ctrl-C reaches the demo alone, which then stops things in
 * their order. What the program says goes to its log file.
 */
export async function startChild({ role, entryPoint, env, logFile }: Program): Promise<Child> {
  const log = await open(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [entryPoint], { env, detached: true, stdio: ['ignore', log.fd, log.fd] });
  const ended = new Promise<Ending>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  const pid = child.pid ?? 0;
  return {
    known: { role, pid, born: (await bornAt(pid)) ?? 'gone' },
    logFile,
    ended,
    async stop(graceMs) {
      let killed = false;
      const timer = setTimeout(() => {
        killed = true;
        child.kill('SIGKILL');
      }, graceMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
      return killed ? 'killed' : 'ended';
    },
  };
}

/** What to say of a child that ended when it should not have. */
export async function crashError({ known, logFile, ended }: Child): Promise<CliError> {
  const { code, signal } = await ended;
  const log = await readFile(logFile, 'utf8').catch((error) => `(its log cannot be read: ${errorMessage(error)})`);
  const tail = log.trim().split('\n').slice(-8).map(readable).join('\n  ');
  return new CliError(`The ${known.role} ended by itself (${signal ?? `code ${code}`}). Its last words:\n  ${tail}`, {
    exit: EXIT.failed,
    code: 'DEMO_PROGRAM_ENDED',
    hints: [`All of its words: ${logFile}`, 'What may be wrong here: npx lapak doctor', 'Then once more: npm run demo'],
  });
}

/** A log line in JSON as a person reads it. */
function readable(line: string): string {
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    return [level, msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
