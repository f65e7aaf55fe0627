import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import type { Environment } from '../kernel/config.ts';
import { escapeHtml } from '../kernel/html.ts';

const WITHIN_MS = 10_000;

/** The program that opens an address as its user would; undefined where there is no desktop. */
function opener(env: Environment): string | undefined {
  if (process.platform === 'darwin') return 'open';
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

/**
 * Opens an address in the browser. Whoever is on this machine can read the arguments of every process, so the program is
 * given a page of ours that leads to the address, which only this user can read.
 * @returns false where there is no desktop
 * @throws Error when the program is not there, or fails
 */
export async function openInBrowser(url: string, env: Environment): Promise<boolean> {
  const program = opener(env);
  if (program === undefined) return false;
  if (!/^https?:/.test(url)) throw new Error('it is no address of a page');
  const file = join(await mkdtemp(join(tmpdir(), 'lapak-console-')), 'open.html');
  const to = escapeHtml(url);
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Lapak</title>
<meta http-equiv="refresh" content="0; url=${to}"><a href="${to}">Lapak</a>\n`;
  // It stays: when the browser has read it nobody says, and what it leads to is good once, within a minute.
  await writeFile(file, page, { mode: 0o600 });
  await execa(program, [pathToFileURL(file).href], { timeout: WITHIN_MS, stdio: 'ignore' });
  return true;
}
