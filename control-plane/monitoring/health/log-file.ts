import { constants } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HEALTH_CHECKS, type HealthReport } from '../../api/contract/index.ts';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Adds a line to `logs/health-check/<date>.log` of a store's folder, and deletes files of more than 30 days ago when a day
 * begins. The store owns `logs/` and may put links there to files of this host: none is followed.
 */
export async function writeHealthLine(folder: string, report: HealthReport, timeZone: string): Promise<void> {
  const path = join(folder, 'logs', 'health-check');
  await mkdir(path, { mode: 0o750 }).catch(unless('EEXIST'));
  const directory = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    // The very folder that was opened, whatever its name leads to by now; where the system knows no such path, its name.
    const here = process.platform === 'linux' ? `/proc/self/fd/${directory.fd}` : path;
    const name = `${dayOf(new Date(report.at), timeZone)}.log`;
    const isNew = await append(join(here, name), lineOf(report));
    if (isNew) await prune(here, dayOf(new Date(Date.parse(report.at) - KEEP_DAYS * DAY_MS), timeZone));
  } finally {
    await directory.close();
  }
}

/** @returns true when the file began with this line */
async function append(path: string, line: string): Promise<boolean> {
  // NONBLOCK: a pipe that the store has put there would keep us waiting for a reader.
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o640);
  try {
    const { size } = await file.stat();
    await file.appendFile(line);
    return size === 0;
  } finally {
    await file.close();
  }
}

async function prune(folder: string, oldest: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\d{4}-\d{2}-\d{2}\.log$/.test(name) && name < oldest) await rm(join(folder, name), { force: true });
  }
}

/** `[time] [ok] runtime=ok (running) …`, one line. */
function lineOf({ at, ok, checks, occasion, durationMs }: HealthReport): string {
  const parts = HEALTH_CHECKS.flatMap((name) => {
    const finding = checks[name];
    return finding ? [`${name}=${finding.result} (${finding.detail.replace(/\s+/g, ' ')})`] : [];
  });
  return `[${at}] [${ok ? 'ok' : 'FAIL'}] ${occasion}, ${durationMs} ms: ${parts.join(', ')}\n`;
}

function dayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

function unless(code: string) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code === code) return undefined;
    throw error;
  };
}
