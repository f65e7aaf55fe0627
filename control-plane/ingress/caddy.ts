import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorMessage } from '../../kernel/errors.ts';
import { createSerial } from '../../kernel/serial.ts';

export type Ingress = {
  /** Routes the store's two webhooks to its ports. True when that changed anything. */
  put(store: string, ports: { telegram: number; pakasir: number }): Promise<boolean>;
  /** Takes the store's routes away. */
  remove(store: string): Promise<boolean>;
};

export type CaddyOptions = {
  /** Folder of the fragments and of the Caddyfile that imports them. */
  dir: string;
  publicUrl: string;
  /** Address of Caddy's admin API; without it Caddy is reloaded by somebody else. */
  admin: string | undefined;
};

const MAIN = 'Caddyfile';
const RELOAD_WITHIN_MS = 15_000;

/** One fragment per store, so that webhooks go from Caddy straight to the store and never through the control plane. */
export function createCaddyIngress(options: CaddyOptions): Ingress {
  const { dir, publicUrl, admin } = options;
  const fileOf = (store: string) => join(dir, `${store}.caddy`);
  // One change at a time: what Caddy is told last is what the folder holds.
  const serial = createSerial<'routes'>();

  async function reload(): Promise<void> {
    await writeWhole(join(dir, MAIN), site(publicUrl, '\timport *.caddy\n'));
    if (!admin) return;
    const fragments = (await readdir(dir)).filter((name) => name.endsWith('.caddy')).sort();
    const texts = await Promise.all(fragments.map((name) => readFile(join(dir, name), 'utf8')));
    // The whole file goes over the wire: Caddy need not see this folder.
    const response = await fetch(`${admin}/load`, {
      method: 'POST',
      headers: { 'content-type': 'text/caddyfile' },
      body: site(publicUrl, texts.join('')),
      signal: AbortSignal.timeout(RELOAD_WITHIN_MS),
    }).catch((error) => {
      throw failed(errorMessage(error));
    });
    if (!response.ok) throw failed(`status ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }

  return {
    put: (store, ports) =>
      serial.run('routes', async () => {
        await mkdir(dir, { recursive: true });
        const text = fragment(store, new URL(publicUrl).pathname.replace(/\/$/, ''), ports);
        const known = await readIfThere(fileOf(store));
        if (known !== text) await writeWhole(fileOf(store), text);
        await reload();
        return known !== text;
      }),
    // Reloads also where the file is gone already: a crash may have come between the two.
    remove: (store) =>
      serial.run('routes', async () => {
        await mkdir(dir, { recursive: true });
        const known = await readIfThere(fileOf(store));
        await rm(fileOf(store), { force: true });
        await reload();
        return known !== undefined;
      }),
  };
}

/** Where nothing reaches a store from outside: all of them poll. */
export const noIngress: Ingress = { put: async () => false, remove: async () => false };

/** The routes of one store below the path of the public address. Pure. */
export function fragment(store: string, base: string, ports: { telegram: number; pakasir: number }): string {
  return [
    `\thandle ${base}/${store}/telegram {`,
    `\t\trewrite * /telegram`,
    `\t\treverse_proxy 127.0.0.1:${ports.telegram}`,
    '\t}',
    `\thandle ${base}/${store}/webhooks/pakasir {`,
    '\t\trewrite * /webhooks/pakasir',
    `\t\treverse_proxy 127.0.0.1:${ports.pakasir}`,
    '\t}',
    '',
  ].join('\n');
}

function site(publicUrl: string, body: string): string {
  return `${new URL(publicUrl).origin} {\n${body}\thandle {\n\t\trespond 404\n\t}\n}\n`;
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

function failed(why: string): AppError {
  return new AppError('INTERNAL', `Caddy did not take the new routes (${why}). Check LAPAK_CADDY_ADMIN.`);
}
