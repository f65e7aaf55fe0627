import { readFile, rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKeyCreated, KEY_SCOPES, ROUTES, type Route } from '../../control-plane/api/contract/index.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { askAndJudge, type Documented, requestsOf } from './support/fuzzing.ts';
import { planeEnvironment } from './support/plane.ts';
import { type ServerProcess, startServer } from './support/server-process.ts';

const SEED = 20_261_130;
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 20_000);
/** A key may ask 1,200 times a minute: enough of them that the requests are answered, and not only counted. */
const KEYS_OF_A_SCOPE = 12;
/** Dumps everything, streams without end, or takes a minute by design. */
const LEFT_OUT = ['backUpControlPlane', 'operationEvents', 'tenantLogs', 'rehearseTenant'];
const SIDE_BY_SIDE = 4;

let sandbox: Sandbox;
let env: Record<string, string>;
let server: ServerProcess;
const keys: (string | null)[][] = [];

beforeAll(async () => {
  sandbox = createSandbox();
  env = { ...(await planeEnvironment((await sandbox.listen()).url)), ENABLE_AUTO_HEALTHCHECK: 'false' };
  server = await startServer(env);
  const { token } = sandbox.telegram.createBot({});
  await server.api.open({ store: 'planted', telegramBotToken: token });
  for (let turn = 0; turn < KEYS_OF_A_SCOPE; turn++) {
    const made = KEY_SCOPES.map((scope) =>
      server.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: `${scope} ${turn}`, scope }),
    );
    keys.push([null, ...(await Promise.all(made)).map(({ body }) => body.key)]);
  }
});
afterAll(async () => {
  await server.api.call('DELETE', '/v1/tenants/planted?purge=true');
  server.kill('SIGTERM');
  await server.exited;
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

/** Kilobytes that the control plane takes. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

test('twenty thousand hostile requests meet no fault, and leave the control plane as large as it was', async () => {
  const { body } = await server.api.call<{ paths: Record<string, Record<string, Documented>> }>('GET', '/openapi.json');
  const routes = Object.entries<Route>(ROUTES).filter(([name]) => !LEFT_OUT.includes(name));
  const statuses = new Map<number, number>();
  let asked = 0;

  async function round(seed: number, each: number): Promise<void> {
    for (const [name, route] of routes) {
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      const documented = body.paths[path]?.[route.method.toLowerCase()] as Documented;
      // The planted store is read, and changed by nobody.
      const known = { names: route.method === 'GET' ? ['planted'] : [], weight: 1 };
      const made = fc.sample(requestsOf(route, documented, known), { seed, numRuns: each });
      for (let from = 0; from < made.length; from += SIDE_BY_SIDE) {
        await Promise.all(
          made.slice(from, from + SIDE_BY_SIDE).map(async (one) => {
            const key = keys[asked++ % keys.length]?.[one.who] ?? null;
            const status = await askAndJudge({ url: server.api.url, key, planted: [] }, name, route, one);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }),
        );
      }
    }
  }

  const each = Math.ceil(INPUTS / routes.length);
  // What every route loads once is no leak.
  await round(SEED - 1, Math.ceil(each / 10));
  const idle = await memory();
  await round(SEED, each);
  console.log(`${asked} requests: ${JSON.stringify(Object.fromEntries(statuses))}`);
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  await expect.poll(async () => (await memory()) / idle, { timeout: 120_000, interval: 2_000 }).toBeLessThan(1.3);
  expect((await server.api.call('GET', '/readyz')).body).toMatchObject({ ready: true });
});
