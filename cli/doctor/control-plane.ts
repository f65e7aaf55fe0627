import { Readiness, ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import { createClient } from '../api/client.ts';
import { type Credentials, readCredentials } from '../api/credentials.ts';
import { ConnectionFault } from '../api/http.ts';
import { CliError } from '../exit.ts';
import { broken, type Check, type Finding, ok, warning } from './check.ts';
import { get } from './probes.ts';

/** Whether it runs, is well, and takes our key. */
export function controlPlaneCheck(env: Environment): Check {
  return {
    name: 'Control plane',
    async run() {
      let credentials: Credentials;
      try {
        credentials = await readCredentials(env);
      } catch (error) {
        if (error instanceof CliError) return warning(error.message, error.hints.join('; '));
        throw error;
      }
      return (await readinessFault(credentials)) ?? (await inspectKey(credentials));
    },
  };
}

/** What is wrong with it; undefined when it is ready. */
async function readinessFault({ apiUrl, socketPath }: Credentials): Promise<Finding | undefined> {
  const url = new URL(ROUTES.readiness.path, apiUrl);
  try {
    const { body } = await get(url, { socketPath });
    const readiness = Readiness.safeParse(parseJson(body));
    if (!readiness.success) return broken(`${apiUrl} is not a Lapak control plane`, 'Check LAPAK_API_URL.');
    const faults = Object.entries(readiness.data.checks).filter(([, check]) => !check.ok);
    if (readiness.data.ready) return undefined;
    const detail = faults.map(([name, check]) => `${name}: ${check.detail}`).join('; ');
    return broken(`${apiUrl} runs, but is not ready: ${detail}`, 'Fix what it names; it goes on by itself.');
  } catch (error) {
    if (!(error instanceof ConnectionFault)) throw error;
    return broken(
      `${apiUrl} does not answer: ${error.message}`,
      'Start it: npx lapak server. Stores go on without it.',
    );
  }
}

async function inspectKey(credentials: Credentials): Promise<Finding> {
  try {
    await createClient(credentials).call(ROUTES.listTenants, { query: { limit: 1 } });
    return ok(`${credentials.apiUrl} is ready, and takes the key`);
  } catch (error) {
    if (error instanceof CliError) return broken(`${credentials.apiUrl}: ${error.message}`, error.hints.join('; '));
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
