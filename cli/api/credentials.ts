import { lstat, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../../kernel/config.ts';
import { CliError, EXIT, usageError } from '../exit.ts';

export type Credentials = {
  apiUrl: string;
  apiKey: string;
  /** Of the server on this machine: it proves whom the key is sent to, as a port does not, which anybody may take. */
  socketPath?: string | undefined;
};

/** What `lapak server` leaves in LAPAK_HOME at its first start. */
const CredentialsFile = z.object({
  apiUrl: z.string().refine(isApiUrl),
  apiKey: z.string().refine(isKey),
  /** As seen from the file's folder; files of older servers have none. */
  apiSocket: z.string().min(1).optional(),
});

/** An address without user and password: it is told in errors, and the key is what shows who asks. */
function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** Whether it can be sent in a header. */
function isKey(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}

export function lapakHome(env: Environment): string {
  return resolve(env.LAPAK_HOME?.trim() || '.lapak');
}

export function credentialsFile(env: Environment): string {
  return join(lapakHome(env), 'cli.json');
}

/**
 * Where the control plane is and the key to it: LAPAK_API_URL and LAPAK_API_KEY, else LAPAK_HOME/cli.json. The file's key
 * is for the file's address only: it is never sent to another one, and to this one by the server's socket, where there is
 * one. A key goes over plain HTTP to this machine only.
 */
export async function readCredentials(env: Environment): Promise<Credentials> {
  const apiUrl = parseUrl(env.LAPAK_API_URL?.trim() || undefined);
  const apiKey = parseKey(env.LAPAK_API_KEY?.trim() || undefined);
  if (apiUrl && apiKey) {
    assertPrivate(apiUrl, env);
    return { apiUrl, apiKey };
  }
  const known = await readFileCredentials(credentialsFile(env));
  if (!known) throw noControlPlane(env, apiUrl);
  if (apiUrl && new URL(apiUrl).origin !== new URL(known.apiUrl).origin) {
    throw usageError('LAPAK_API_URL is set, but LAPAK_API_KEY is not.', [
      { field: 'LAPAK_API_KEY', expected: `an API key of ${apiUrl}; the one in cli.json belongs to ${known.apiUrl}` },
    ]);
  }
  return { ...known, apiUrl: apiUrl ?? known.apiUrl, apiKey: apiKey ?? known.apiKey };
}

function parseUrl(text: string | undefined): string | undefined {
  if (text === undefined || isApiUrl(text)) return text;
  throw usageError('LAPAK_API_URL is not an address.', [
    { field: 'LAPAK_API_URL', expected: 'an address such as http://127.0.0.1:7700, without user and password' },
  ]);
}

function parseKey(text: string | undefined): string | undefined {
  if (text === undefined || isKey(text)) return text;
  throw usageError('LAPAK_API_KEY is not an API key.', [
    { field: 'LAPAK_API_KEY', expected: 'a key as "lapak key create" shows it: lpk_…' },
  ]);
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @throws CliError when others on the way could read the key, and nobody said that this is well */
function assertPrivate(apiUrl: string, env: Environment): void {
  const { protocol, hostname } = new URL(apiUrl);
  if (protocol === 'https:' || LOOPBACK.test(hostname) || env.LAPAK_API_PLAIN_HTTP === 'true') return;
  throw usageError('LAPAK_API_URL is plain HTTP to another machine: whoever is on the way could read the API key.', [
    {
      field: 'LAPAK_API_URL',
      expected: 'an https:// address, or LAPAK_API_PLAIN_HTTP=true for a network that nobody else is on',
    },
  ]);
}

/** The socket, if it belongs to whoever the file belongs to; none yet while the server does not run. */
async function ownSocket(file: string, apiSocket: string): Promise<string> {
  const path = resolve(dirname(file), apiSocket);
  const socket = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (!socket || (socket.isSocket() && socket.uid === (await lstat(file)).uid)) return path;
  throw new CliError(`${path} is not the socket of the user that ${file} belongs to.`, {
    exit: EXIT.failed,
    code: 'CREDENTIALS_UNREADABLE',
    hints: ['Somebody else put it there. Remove it and restart "lapak server".'],
  });
}

function unreadable(file: string, error: NodeJS.ErrnoException): CliError {
  return new CliError(`${file} cannot be read (${error.code}).`, {
    exit: EXIT.failed,
    code: 'CREDENTIALS_UNREADABLE',
    hints: ['It belongs to whoever ran "lapak server": run this command as that user.'],
    cause: error,
  });
}

async function readFileCredentials(file: string): Promise<Credentials | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
  const parsed = CredentialsFile.safeParse(jsonOrUndefined(text));
  if (parsed.success) {
    const { apiSocket, ...known } = parsed.data;
    return apiSocket === undefined ? known : { ...known, socketPath: await ownSocket(file, apiSocket) };
  }
  throw new CliError(`${file} does not hold the address and key of a control plane.`, {
    exit: EXIT.failed,
    code: 'CREDENTIALS_UNREADABLE',
    hints: ['Remove the file and restart "lapak server": it writes a new one.'],
  });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noControlPlane(env: Environment, apiUrl: string | undefined): CliError {
  return new CliError(
    apiUrl
      ? `There is no API key for ${apiUrl}.`
      : `No control plane is known here: there is no ${credentialsFile(env)}, and LAPAK_API_URL is not set.`,
    {
      exit: apiUrl ? EXIT.usage : EXIT.unreachable,
      code: 'NO_CREDENTIALS',
      hints: apiUrl
        ? ['Set LAPAK_API_KEY to a key made by "lapak key create".']
        : [
            'Start one on this machine: npx lapak server',
            'Or set LAPAK_API_URL and LAPAK_API_KEY to reach one elsewhere.',
          ],
    },
  );
}
