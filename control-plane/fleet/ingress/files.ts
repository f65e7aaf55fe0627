import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { absent, replaceFile } from '../../../kernel/files.ts';

/** The folder of the routes: `<store>.caddy` for each store, and `current.caddyfile`, the whole that Caddy starts with. */
export type RouteFiles = {
  read(store: string): Promise<string | undefined>;
  write(store: string, text: string): Promise<void>;
  /** False when there was none. */
  remove(store: string): Promise<boolean>;
  /** Takes a fragment out of use and keeps it to be looked at. @returns its new name */
  putAside(store: string): Promise<string>;
  all(): Promise<Map<string, string>>;
  writeWhole(text: string): Promise<void>;
};

const FRAGMENT = /^([a-z][a-z0-9-]{1,30})\.caddy$/;
/** Ends with what production's Caddyfile imports; a file that is being written does not. */
const WHOLE = 'current.caddyfile';

export function createRouteFiles(dir: string): RouteFiles {
  const fileOf = (store: string) => join(dir, `${store}.caddy`);

  async function read(store: string): Promise<string | undefined> {
    return readFile(fileOf(store), 'utf8').catch(absent);
  }

  return {
    read,
    async write(store, text) {
      await mkdir(dir, { recursive: true });
      await replaceFile(fileOf(store), text);
    },
    async remove(store) {
      const known = await read(store);
      await rm(fileOf(store), { force: true });
      return known !== undefined;
    },
    async putAside(store) {
      const aside = `${fileOf(store)}.broken`;
      await rename(fileOf(store), aside);
      return aside;
    },
    async all() {
      await mkdir(dir, { recursive: true });
      const stores = (await readdir(dir)).flatMap((name) => FRAGMENT.exec(name)?.[1] ?? []).sort();
      const texts = await Promise.all(
        stores.map(async (store) => [store, await readFile(fileOf(store), 'utf8')] as const),
      );
      return new Map(texts);
    },
    writeWhole: (text) => replaceFile(join(dir, WHOLE), text),
  };
}
