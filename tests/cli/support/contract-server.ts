import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Operation, Problem, Tenant } from '../../../control-plane/api/contract/index.ts';

export type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string };
export type Handler = (request: Seen, response: ServerResponse) => void;

export type ContractServer = {
  url: string;
  /** LAPAK_API_URL and LAPAK_API_KEY for it. */
  env: Record<string, string>;
  seen: Seen[];
  /** What answers `GET /v1/tenants`, say. The query is not part of the key. */
  on(route: string, handler: Handler): void;
};

/** A real HTTP server that says what a test wants a control plane to say. */
export async function contractServer(): Promise<ContractServer> {
  const handlers = new Map<string, Handler>();
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    seen.push(one);
    const handler = handlers.get(`${one.method} ${one.path.split('?')[0]}`);
    if (handler) handler(one, response);
    else problem(response, 404, 'NOT_FOUND', `Nothing at ${one.method} ${one.path}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { LAPAK_API_URL: url, LAPAK_API_KEY: 'lpk_test' },
    seen,
    on: (route, handler) => handlers.set(route, handler),
  };
}

/** One that says the same to everything, for a whole file. */
export async function startContractServer() {
  const state = {
    url: '',
    asked: 0,
    answer: (response: ServerResponse): unknown => response.end(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((request, response) => {
    state.asked += 1;
    request.resume().on('end', () => state.answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  more: Partial<Problem> = {},
): void {
  const body: Problem = { type: 'about:blank', title: code, status, detail, code, requestId: 'req-1', ...more };
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(body));
}

/** Begins a stream of server-sent events. */
export function events(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (id: number, operation: Operation) =>
    response.write(`event: operation\nid: ${id}\ndata: ${JSON.stringify(operation)}\n\n`);
}

const AT = '2026-05-02T03:04:05.000Z';

export function aTenant(changes: Partial<Tenant> = {}): Tenant {
  return {
    store: 'warung',
    gateway: 'qris',
    storeName: 'Warung Budi',
    state: 'running',
    reason: null,
    paidUntil: null,
    suspendedFor: null,
    desiredState: 'running',
    driver: 'process',
    runtime: 'dedicated',
    shard: null,
    imageId: null,
    image: 'lapak/tenant-runtime:latest',
    mode: 'auto',
    bot: { id: 123456, username: 'warung_bot' },
    adminIds: [111],
    ownerIds: [],
    pakasirSlug: 'warung',
    limits: { memoryMb: 256, cpus: 0.5, pids: 128 },
    ports: { telegram: 20000, pakasir: 20001 },
    database: 'db_warung',
    folder: '/srv/bot-warung-qris',
    generation: 1,
    observed: { state: 'running', generation: 1, healthy: true, id: '4711', at: AT },
    health: null,
    paused: false,
    operation: null,
    createdAt: AT,
    updatedAt: AT,
    ...changes,
  };
}

/** An operation whose steps are in these states, in this order. */
export function anOperation(
  steps: Record<string, Operation['steps'][number]['state']>,
  changes: Partial<Operation> = {},
): Operation {
  return {
    id: 'op1',
    store: 'warung',
    kind: 'provision',
    state: 'running',
    error: null,
    attempt: 1,
    requestedBy: 'key',
    steps: Object.entries(steps).map(([name, state]) => ({
      name,
      state,
      detail: null,
      error: state === 'failed' ? `${name} broke` : null,
      startedAt: state === 'pending' ? null : AT,
      finishedAt: state === 'pending' || state === 'running' ? null : '2026-05-02T03:04:06.500Z',
    })),
    createdAt: AT,
    startedAt: AT,
    finishedAt: null,
    ...changes,
  };
}
