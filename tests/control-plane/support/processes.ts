import { readdir, readFile } from 'node:fs/promises';

/** Command lines of every process on this machine, by process id. */
export async function commandLines(): Promise<Map<number, string>> {
  const lines = new Map<number, string>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process that ended meanwhile has no command line any more.
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (line) lines.set(Number(entry), line.replaceAll('\0', ' '));
  }
  return lines;
}

/** Process ids of the runtimes whose deployment folders lie below `folder`. */
export async function runtimesBelow(folder: string): Promise<number[]> {
  const all = await commandLines();
  return [...all].filter(([, line]) => line.includes(`${folder}/`) && line.includes('--env-file')).map(([pid]) => pid);
}
