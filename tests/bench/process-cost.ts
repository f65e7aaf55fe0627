import { readFile } from 'node:fs/promises';

/** Clock ticks of /proc in a second: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Processor time that a process has used so far, in milliseconds; undefined where there is no /proc. */
export async function cpuMillis(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in brackets may hold blanks; user and system time are the 12th and 13th after it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields ? ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS : undefined;
}

/** Resident and proportional memory of a process, in MB of 10⁶ bytes. Linux only. */
export async function memoryOf(pid: number): Promise<{ rss: number; pss: number }> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const of = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e6;
  return { rss: of('Rss'), pss: of('Pss') };
}
