import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent, replaceFile } from '../../../kernel/files.ts';
import { SYSTEM } from '../caller.ts';
import type { ApiKeys } from './service.ts';

/** Where the command line on this machine finds the server, and its key. */
export const credentialsFile = (home: string): string => join(home, 'cli.json');

/** Name of the API key that the CLI on this machine uses. */
const KEY_NAME = 'cli.json of the server';

/** Where this machine reaches the server; `apiSocket` as seen from the file's folder. */
type Place = { apiUrl: string; apiSocket: string | undefined };

/**
 * Keeps `cli.json` below `home` (0600) true: the address and the socket that the server listens on, and an admin key that
 * opens it. A key that was lost, revoked or belongs to another database is made anew.
 */
export async function keepLocalCredentials(
  home: string,
  { apiUrl, apiSocket }: Place,
  apiKeys: ApiKeys,
): Promise<void> {
  const file = credentialsFile(home);
  const known = await read(file);
  const identity = known ? await apiKeys.authenticate(known.apiKey) : undefined;
  const apiKey = known && identity?.scope === 'admin' ? known.apiKey : undefined;
  if (apiKey && known?.apiUrl === apiUrl && known.apiSocket === apiSocket) {
    await chmod(file, 0o600);
    return;
  }
  const credentials = { apiUrl, apiSocket, apiKey: apiKey ?? (await apiKeys.replaceNamed(KEY_NAME, SYSTEM)) };
  await mkdir(home, { recursive: true });
  await replaceFile(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}

/** What the file holds; undefined when it is missing or unusable, for then it is written anew. */
async function read(file: string): Promise<(Place & { apiKey: string }) | undefined> {
  const text = (await readFile(file, 'utf8').catch(absent)) ?? '';
  try {
    const { apiUrl, apiSocket, apiKey } = JSON.parse(text);
    return typeof apiUrl === 'string' && typeof apiKey === 'string' ? { apiUrl, apiSocket, apiKey } : undefined;
  } catch {
    return undefined;
  }
}
