import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { pause } from '../../../../kernel/pause.ts';
import type { Usage } from '../driver.ts';
import { isAlive, type ProcessIdentity, residentBytes } from './identity.ts';

const LOOK_MS = 1_000;
/** Linux counts processor time for programs in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** What a process takes, its own children not counted; undefined when it is gone. */
export async function usageOf(identity: ProcessIdentity, signal?: AbortSignal): Promise<Usage | undefined> {
  const [before, since] = [await cpuSeconds(identity.pid), performance.now()];
  await pause(LOOK_MS, signal);
  signal?.throwIfAborted();
  const [after, memoryBytes] = [await cpuSeconds(identity.pid), await residentBytes(identity.pid)];
  const seconds = (performance.now() - since) / 1000;
  if (before === undefined || after === undefined || memoryBytes === undefined) return undefined;
  if (!(await isAlive(identity))) return undefined;
  return { cpus: Math.max(0, after - before) / seconds, memoryBytes };
}

/** Processor time that the process has used so far; undefined when there is none. */
async function cpuSeconds(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return cpuSecondsByPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // What follows the name, which may itself hold blanks and parentheses: state is the first, utime the 12th.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** `ps` prints `[[dd-]hh:]mm:ss[.cc]`. */
async function cpuSecondsByPs(pid: number): Promise<number | undefined> {
  const { stdout } = await execa('ps', ['-p', String(pid), '-o', 'time='], { reject: false });
  const [clock, days] = stdout.trim().split('-').reverse();
  if (!clock) return undefined;
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days ?? 0) * 86_400;
}
