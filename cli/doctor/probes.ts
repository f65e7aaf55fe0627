import { stat } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname } from 'node:path';
import type { Environment } from '../../kernel/config.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { absent } from '../../kernel/files.ts';
import { type Client, createClient } from '../api/client.ts';
import { readCredentials } from '../api/credentials.ts';
import { bodyOf, send } from '../api/http.ts';
import { CliError } from '../exit.ts';
import { type Finding, ok } from './check.ts';

const SILENCE_MS = 5_000;

/** The whole answer to a GET, whatever its status. @throws ConnectionFault when there is none */
export async function get(
  address: string | URL,
  options: { socketPath?: string | undefined } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const response = await send({
    ...{ method: 'GET', url: new URL(address), headers: {}, silenceMs: SILENCE_MS },
    socketPath: options.socketPath,
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response) };
}

/** One connection to a cluster, for as long as `work` takes. */
export async function withCluster<T>(connectionString: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = createDb({ connectionString, max: 1, applicationName: 'lapak doctor' });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Asks the control plane. That it does not answer, or takes another key, is told by the check of it alone. */
export async function askControlPlane(env: Environment, ask: (client: Client) => Promise<Finding>): Promise<Finding> {
  try {
    return await ask(createClient(await readCredentials(env)));
  } catch (error) {
    if (!(error instanceof CliError) || error.code === 'INTERNAL') throw error;
    return ok('not looked at: the control plane was not asked');
  }
}

/** The folder itself, or the nearest one above it that exists. */
export async function nearestExisting(path: string): Promise<string> {
  return (await stat(path).catch(absent)) === undefined ? nearestExisting(dirname(path)) : path;
}

/** The first few, and how many more there are. */
export function firstOf(all: readonly string[], most: number, separator = ', '): string {
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return `${all.slice(0, most).join(separator)}${more}`;
}
