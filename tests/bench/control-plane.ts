import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import type { Bench } from './bench.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'control-plane', 'main.ts');

/** A control plane as a process of its own, and the few calls of its API that are needed. */
export type Plane = {
  /** Opens a store: milliseconds from the request to the end of the operation, in all and by step. */
  open(store: string, token: string, over?: object): Promise<{ millis: number; steps: Record<string, number> }>;
  tenant(store: string): Promise<Tenant>;
  /** Milliseconds that the list of stores takes. */
  list(): Promise<number>;
  remove(store: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param env beside what every benchmark needs: the driver, its image, the range of ports */
export async function startPlane(bench: Bench, env: Record<string, string>): Promise<Plane> {
  const home = join(bench.scratch, 'plane');
  const child: ChildProcess = spawn(process.execPath, [ENTRY], {
    env: {
      PATH: process.env.PATH,
      ...(process.env.DOCKER_HOST ? { DOCKER_HOST: process.env.DOCKER_HOST } : {}),
      LAPAK_HOME: home,
      LAPAK_PORT: '0',
      LAPAK_DEPLOYMENTS: join(home, 'deployments'),
      LAPAK_CONTROL_DATABASE: 'bench_control',
      DATABASE_URL: bench.cluster.clusterUrl,
      TELEGRAM_API_ROOT: bench.outsideUrl,
      PAKASIR_API_BASE: bench.outsideUrl,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let written = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      written += chunk.toString('utf8');
      if (written.includes('listens on')) resolve();
    });
    void exited.then(() => reject(new Error(`the control plane ended:\n${written}`)));
  });
  const { apiUrl, apiKey } = JSON.parse(await readFile(join(home, 'cli.json'), 'utf8'));

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T;
  }

  async function ended(id: string): Promise<Operation> {
    // The stream ends with the operation.
    await call('GET', `/v1/operations/${id}/events`);
    const operation = await call<Operation>('GET', `/v1/operations/${id}`);
    if (operation.state !== 'succeeded') throw new Error(`the operation ended otherwise: ${JSON.stringify(operation)}`);
    return operation;
  }

  return {
    tenant: (store) => call('GET', `/v1/tenants/${store}`),
    async list() {
      const began = performance.now();
      await call('GET', '/v1/tenants?limit=100');
      return performance.now() - began;
    },
    async open(store, token, over = {}) {
      const began = performance.now();
      const { operation } = await call<{ operation: Operation }>('POST', '/v1/tenants', {
        store,
        telegramBotToken: token,
        adminIds: [1],
        pakasir: { slug: 'bench', apiKey: 'kunci-rahasia' },
        ...over,
      });
      const { steps } = await ended(operation.id);
      const millis = performance.now() - began;
      return { millis, steps: Object.fromEntries(steps.map((step) => [step.name, durationOf(step)])) };
    },
    async remove(store) {
      const { operation } = await call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}?purge=true`);
      await ended(operation.id);
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function durationOf({ startedAt, finishedAt }: Operation['steps'][number]): number {
  return startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;
}
