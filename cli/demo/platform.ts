import { join } from 'node:path';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { type Client, createClient } from '../api/client.ts';
import { readCredentials } from '../api/credentials.ts';
import { CliError } from '../exit.ts';
import { ENTRY_POINTS } from '../programs.ts';
import type { Program } from './child.ts';
import { apiUrlOf, type DemoOptions, sandboxUrlOf } from './options.ts';
import type { DemoState } from './state.ts';
import { until, untilHealthy } from './wait.ts';

/** What the demo's programs need of our environment. The rest stays here: it may be that of real stores. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH', 'SystemRoot'];

function inherited(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

export function sandboxProgram(options: DemoOptions): Program {
  return {
    role: 'sandbox',
    entryPoint: ENTRY_POINTS.sandbox,
    env: { ...inherited(process.env), SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: String(options.sandboxPort) },
    logFile: join(options.home, 'sandbox.log'),
  };
}

export function controlPlaneProgram(options: DemoOptions): Program {
  const sandbox = sandboxUrlOf(options);
  return {
    role: 'control plane',
    entryPoint: ENTRY_POINTS.controlPlane,
    env: {
      ...inherited(process.env),
      LAPAK_HOME: options.home,
      LAPAK_HOST: '127.0.0.1',
      LAPAK_PORT: String(options.port),
      LAPAK_DRIVER: 'process',
      // A sandbox, a store of nobody, and no secret of anybody.
      LAPAK_ALLOW_ROOT_PROCESSES: 'true',
      LAPAK_DEPLOYMENTS: join(options.home, 'deployments'),
      LAPAK_PORT_RANGE: options.portRange,
      LAPAK_STOP_STORES_ON_EXIT: 'true',
      TELEGRAM_API_ROOT: sandbox,
      PAKASIR_API_BASE: `${sandbox}/pakasir`,
      PAKASIR_PUBLIC_DOMAIN: `${sandbox}/pakasir`,
    },
    logFile: join(options.home, 'control-plane.log'),
    healthUrl: `${apiUrlOf(options)}/readyz`,
  };
}

/** The sandbox once it answers, with the demo's bot and people in it. */
export async function openSandbox(options: DemoOptions, state: DemoState, signal: AbortSignal): Promise<SandboxClient> {
  await untilHealthy('The sandbox', `${sandboxUrlOf(options)}/control`, 30_000, signal);
  const sandbox = createSandboxClient(sandboxUrlOf(options));
  await sandbox.createBot({ ...state.bot, name: 'Warung Demo' });
  await sandbox.pakasir.createProject({ ...state.pakasir, name: 'Warung Demo' });
  return sandbox;
}

/** The control plane once it is ready. The first start makes a Postgres cluster, which takes its time. */
export async function openControlPlane(options: DemoOptions, signal: AbortSignal): Promise<Client> {
  await untilHealthy('The control plane', `${apiUrlOf(options)}/readyz`, 180_000, signal);
  const complaint = () => `The control plane left no key that it takes in ${options.home}/cli.json`;
  return until(() => localClient(options), 30_000, signal, complaint);
}

/** A client with the key of cli.json; undefined as long as the control plane has not written it (again). */
async function localClient(options: DemoOptions): Promise<Client | undefined> {
  try {
    const credentials = await readCredentials({ LAPAK_HOME: options.home });
    if (credentials.apiUrl !== apiUrlOf(options)) return undefined;
    const client = createClient(credentials);
    await client.call(ROUTES.listTenants, { query: { limit: 1 } });
    return client;
  } catch (error) {
    if (error instanceof CliError && ['NO_CREDENTIALS', 'UNAUTHENTICATED'].includes(error.code)) return undefined;
    throw error;
  }
}
