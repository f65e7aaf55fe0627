import { readdir, readFile } from 'node:fs/promises';

export type FoundProcess = { pid: number; args: string };

/** Every process on this Linux that has to do with a folder: by its command line, or by its environment. */
export async function processesOf(folder: string): Promise<FoundProcess[]> {
  const found: FoundProcess[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const args = (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
    const environment = await read(`/proc/${pid}/environ`);
    // A process that waits to be buried has neither.
    if (args.includes(folder) || environment.includes(folder)) found.push({ pid, args });
  }
  return found;
}

/** Empty for a process that ended meanwhile, or belongs to somebody else. */
async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
