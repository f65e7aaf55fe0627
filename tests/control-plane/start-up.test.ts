import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { clusterUrl } from '../support/postgres.ts';
import { eventually } from './support/eventually.ts';
import { planeEnvironment } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';
import { type ServerProcess, startServer } from './support/server-process.ts';

/* What the rows say of runtimes is what was seen last: the next control plane looks for itself. */
let sandbox: Sandbox;
let env: Record<string, string>;
let db: Db;
let server: ServerProcess;

beforeAll(async () => {
  sandbox = createSandbox();
  const { url } = await sandbox.listen();
  env = await planeEnvironment(url);
  server = await startServer(env);
  db = createDb({ connectionString: clusterUrl().replace(/\/postgres$/, `/${env.LAPAK_CONTROL_DATABASE}`), max: 2 });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
  await db.close();
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

const open = () => server.api.open({ telegramBotToken: sandbox.telegram.createBot({}).token });

/** Kills the control plane, runs `meanwhile`, and starts the next one. */
async function whileItIsAway(meanwhile: () => Promise<unknown>): Promise<void> {
  server.kill('SIGKILL');
  await server.exited;
  await meanwhile();
  server = await startServer(env);
}

/** As if the machine had been set up anew: no process, and no record of one. */
async function vanish(tenant: Tenant, pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  const records = join(env.LAPAK_HOME as string, 'runtimes');
  for (const name of await readdir(records)) if (name.includes(tenant.store)) await rm(join(records, name));
}

test('the next control plane believes what it sees and not what is written', async () => {
  const [vanished, stopped, outdated, untouched] = [await open(), await open(), await open(), await open()];
  const pids = await Promise.all(
    [vanished, stopped, outdated, untouched].map(async ({ folder }) => (await runtimesBelow(folder))[0] as number),
  );
  await whileItIsAway(async () => {
    await vanish(vanished, pids[0] as number);
    await db.query(
      "UPDATE tenants SET desired_state = 'stopped', state = 'stopped', observed_state = 'exited' WHERE store = $1",
      [stopped.store],
    );
    await db.query(
      'UPDATE tenants SET memory_mb = 300, generation = generation + 1, observed_generation = generation + 1 WHERE store = $1',
      [outdated.store],
    );
  });
  await eventually(async () => {
    expect(await runtimesBelow(stopped.folder)).toEqual([]);
    for (const [tenant, old] of [
      [vanished, pids[0]],
      [outdated, pids[2]],
    ] as const) {
      const live = await runtimesBelow(tenant.folder);
      expect(live).toHaveLength(1);
      expect(live).not.toEqual([old]);
      const { state, generation, observed } = await server.api.tenant(tenant.store);
      expect({ state, seen: observed.generation, id: observed.id }).toEqual({
        state: 'running',
        seen: generation,
        id: String(live[0]),
      });
    }
  });
  expect((await server.api.tenant(outdated.store)).generation).toBe(outdated.generation + 1);
  expect(await server.api.tenant(stopped.store)).toMatchObject({ state: 'stopped', observed: { state: 'exited' } });
  expect(await runtimesBelow(untouched.folder)).toEqual([pids[3]]);
});
