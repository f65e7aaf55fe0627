import { readFile, readlink } from 'node:fs/promises';

/** `process/<boot>/<namespace>/<pid>/<start>`: a process of this machine, which cannot be mistaken for a later one. */
const PROCESS = 'process';

/** Behind the place of a host's process: of what held a store there before, the host itself has let go. */
const HOSTED = 'hosted';

/**
 * Where this runtime runs. What a driver says is the same for every start in one place, which is never used twice at a time;
 * otherwise it is this process. Undefined where the system tells neither.
 */
export async function ownPlace({
  place: given,
  hosted,
}: {
  place?: string | undefined;
  hosted?: boolean;
}): Promise<string | undefined> {
  if (given !== undefined) return `given/${given}`;
  const here = await machine();
  const start = here && (await startOf(process.pid));
  if (start === undefined) return undefined;
  const own = `${here}/${process.pid}/${start}`;
  return hosted ? `${own}/${HOSTED}` : own;
}

/** Whether the runtime that held the store in `place` is known to be dead, by one that starts in `own`. */
export async function isDead(place: string | null, own: string | undefined): Promise<boolean> {
  if (place === null || own === undefined) return false;
  if (place.startsWith('given/')) return place === own;
  if (place === own && place.endsWith(`/${HOSTED}`)) return true;
  const here = await machine();
  if (here === undefined || !place.startsWith(`${here}/`)) return false;
  const [pid = '', start = ''] = place.slice(here.length + 1).split('/');
  if (!/^\d+$/.test(pid)) return false;
  return !exists(Number(pid)) || ((await startOf(Number(pid))) ?? start) !== start;
}

/** The boot and the process namespace: pids mean something only in both. */
async function machine(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
  ]);
  return `${PROCESS}/${boot.trim()}/${namespace}`;
}

/** Also of one that the system does not show us. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** When the process of this pid started, in ticks since the boot; undefined where the system does not say. */
async function startOf(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error))) return undefined;
    throw error;
  }
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Its first thread is a zombie while others still hold its sockets; it is gone when they are.
  const isOver = fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1);
  return isOver ? 'over' : fields[19];
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
