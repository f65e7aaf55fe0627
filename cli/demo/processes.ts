import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { KnownProcess } from './state.ts';

const run = promisify(execFile);

/** When a process was born, as its system tells it; undefined when it is gone or waits to be buried. */
export async function bornAt(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? bornByProc(pid) : bornByPs(pid);
}

async function bornByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold blanks; what follows it begins with the state, and the birth is the 20th from there.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return `${boot} ${fields[19]}`;
}

async function bornByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

export async function isAlive({ pid, born }: Omit<KnownProcess, 'role'>): Promise<boolean> {
  return (await bornAt(pid)) === born;
}

/** Ends a process at once, and waits until it is gone. */
export async function killProcess(known: KnownProcess): Promise<void> {
  process.kill(known.pid, 'SIGKILL');
  while (await isAlive(known)) await delay(50);
}
