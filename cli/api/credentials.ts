import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../../kernel/config.ts';
import { CliError, EXIT, usageError } from '../exit.ts';

export type Credentials = { apiUrl: string; apiKey: string };

/** What `lapak server` leaves in LAPAK_HOME at its first start. */
const CredentialsFile = z.object({ apiUrl: z.string().refine(isApiUrl), apiKey: z.string().refine(isKey) });

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
 * is for the file's address only: it is never sent to another one.
 */
export async function readCredentials(env: Environment): Promise<Credentials> {
  const apiUrl = parseUrl(env.LAPAK_API_URL?.trim() || undefined);
  const apiKey = parseKey(env.LAPAK_API_KEY?.trim() || undefined);
  if (apiUrl && apiKey) return { apiUrl, apiKey };
  const known = await readFileCredentials(credentialsFile(env));
  if (!known) throw noControlPlane(env, apiUrl);
  if (apiUrl && new URL(apiUrl).origin !== new URL(known.apiUrl).origin) {
    throw usageError('LAPAK_API_URL is set, but LAPAK_API_KEY is not.', [
      { field: 'LAPAK_API_KEY', expected: `an API key of ${apiUrl}; the one in cli.json belongs to ${known.apiUrl}` },
    ]);
  }
  return { apiUrl: apiUrl ?? known.apiUrl, apiKey: apiKey ?? known.apiKey };
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

async function readFileCredentials(file: string): Promise<Credentials | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const isForeign = code === 'EACCES' || code === 'EPERM';
    throw new CliError(`${file} cannot be read (${code}).`, {
      exit: EXIT.failed,
      code: 'CREDENTIALS_UNREADABLE',
      hints: [
        isForeign
          ? 'It belongs to whoever ran "lapak server": run this command as that user.'
          : 'Check LAPAK_HOME: it is the folder in which "lapak server" keeps its state.',
      ],
      cause: error,
    });
  }
  const parsed = CredentialsFile.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
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
