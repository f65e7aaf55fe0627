import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { sha256Hex } from '../../../../kernel/crypto.ts';

/**
 * A process and when it started: a pid alone is given to another process sooner or later. On Linux the start is in
 * clock ticks since boot with the boot's id; elsewhere it is what `ps` prints.
 */
export type ProcessIdentity = { pid: number; started: string };

/** Variables that mark a tenant process, so that one which was never recorded is found again. */
export const MARKS = { tenant: 'LAPAK_TENANT', state: 'LAPAK_DRIVER_STATE' } as const;

export function stateMark(stateDir: string): string {
  return sha256Hex(stateDir).slice(0, 16);
}

const linux = process.platform === 'linux';

/** When the process with this pid started; undefined when there is none, or only its zombie. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (!linux) return startByPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(absent);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Its first thread is a zombie while others still hold its sockets; it is gone when they are.
  const over = fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1);
  if (over) return undefined;
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${bootId.trim()}:${fields[19]}`;
}

async function startByPs(pid: number): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('ps', ['-p', String(pid), '-o', 'stat=,lstart='], { reject: false });
  const line = stdout.trim();
  return exitCode !== 0 || line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startOf(identity.pid)) === identity.started;
}

/** Resident memory in bytes; undefined when the process is gone or the system does not tell. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  if (linux) {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(absent);
    return statm === undefined ? undefined : Number(statm.split(' ')[1]) * 4096;
  }
  const { stdout } = await execa('ps', ['-p', String(pid), '-o', 'rss='], { reject: false });
  return stdout.trim() === '' ? undefined : Number(stdout) * 1024;
}

/** Living processes that carry this driver's mark, by store. The children of a tenant inherit it and are left out. */
export async function findMarked(mark: string): Promise<Map<string, ProcessIdentity[]>> {
  const found: { pid: number; store: string }[] = linux ? await scanProc(mark) : await scanPs(mark);
  const byStore = new Map<string, ProcessIdentity[]>();
  for (const { pid, store } of found) {
    const started = await startOf(pid);
    if (started !== undefined) byStore.set(store, [...(byStore.get(store) ?? []), { pid, started }]);
  }
  return byStore;
}

async function scanProc(mark: string): Promise<{ pid: number; store: string }[]> {
  const found: { pid: number; store: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environ = await readFile(`/proc/${name}/environ`, 'utf8').catch(absent);
    const variables = environ?.split('\0') ?? [];
    if (!variables.includes(`${MARKS.state}=${mark}`)) continue;
    const store = variables.find((variable) => variable.startsWith(`${MARKS.tenant}=`));
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(absent);
    const group = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    if (store && group === name) found.push({ pid: Number(name), store: store.slice(MARKS.tenant.length + 1) });
  }
  return found;
}

async function scanPs(mark: string): Promise<{ pid: number; store: string }[]> {
  const { stdout } = await execa('ps', ['axwwE', '-o', 'pid=,pgid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group] = /^\s*(\d+)\s+(\d+)\s/.exec(line) ?? [];
    const store = new RegExp(`\\b${MARKS.tenant}=(\\S+)`).exec(line)?.[1];
    const ours = line.includes(`${MARKS.state}=${mark}`) && pid === group;
    return ours && pid && store ? [{ pid: Number(pid), store }] : [];
  });
}

/** Absence of a process is an answer; so is a process of another user, which cannot be ours. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code ?? '')) return undefined;
  throw error;
}
