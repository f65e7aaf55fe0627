import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { clusterUrl } from '../support/postgres.ts';
import { newSlug, storeRequest } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { planeEnvironment } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';
import type { ServerProcess, StartServer } from './support/server-process.ts';

/** A dozen starts, one after the other, may take their time on a busy machine. */
const TIMEOUT_MS = 900_000;

/**
 * @param start how the control plane is run, in this process or in one of its own
 * @param where it is killed: at each place with an operation of its own, at all of them in turn with one operation, or at
 *   the one that is named, such as `files.after`
 */
export function describeCrashes(start: StartServer, where: 'each' | 'in turn' | { only: string }): void {
  /*
   * The control plane is killed with SIGKILL before the first step and after each one: after its effect, before that is
   * recorded. Whatever was half done, the next start goes on with it.
   */
  const PROVISION = ['check-bot', 'ports', 'shard', 'database', 'files', 'ingress', 'runtime', 'healthy', 'webhook'];
  const REMOVE = ['runtime', 'webhook', 'files', 'ports', 'database', 'forget'];
  /** What one operation of each test is killed at, one after the other. */
  const courses = (steps: readonly string[]): string[][] => {
    if (typeof where === 'object') return [[where.only]];
    const places = [`${steps[0]}.before`, ...steps.map((step) => `${step}.after`)];
    return where === 'each' ? places.map((place) => [place]) : [places];
  };

  let sandbox: Sandbox;
  let env: Record<string, string>;
  let db: Db;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    sandbox = createSandbox();
    const { url } = await sandbox.listen();
    // In webhook mode every step has something to do; a file takes the routes, since no Caddy is told.
    env = { ...(await planeEnvironment(url)), LAPAK_PUBLIC_URL: 'https://shops.example.com' };
    server = await start(env);
    db = createDb({ connectionString: clusterUrl().replace(/\/postgres$/, `/${env.LAPAK_CONTROL_DATABASE}`), max: 2 });
  });
  afterAll(async () => {
    server?.kill('SIGTERM');
    await server?.exited;
    for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
    await db.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lapak-jobs%' AND datname = current_database()",
    );
    await db.close();
    await sandbox.close();
    await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
  });

  /** Ends the server that runs, in the same way, and starts one that dies at `failpoint`. */
  async function restartWith(failpoint?: string): Promise<ServerProcess> {
    server?.kill('SIGKILL');
    await server?.exited;
    server = await start(env, failpoint);
    return server;
  }

  async function ports(): Promise<number> {
    const [row] = await db.query<{ count: number }>('SELECT count(*)::int AS count FROM ports');
    return row?.count ?? 0;
  }

  /** What lies about of a store: database, role, folder, routes, processes. */
  async function traces(store: string) {
    const one = async (sql: string) => (await db.query(sql, [store])).length;
    const there = (path: string) =>
      stat(path).then(
        () => 1,
        () => 0,
      );
    const folder = join(env.LAPAK_DEPLOYMENTS as string, `bot-${store}-qris`);
    return {
      database: await one("SELECT 1 FROM pg_database WHERE datname = 'db_' || $1"),
      role: await one("SELECT 1 FROM pg_roles WHERE rolname = 'lapak_' || $1"),
      rows: await one('SELECT 1 FROM tenants WHERE store = $1'),
      folder: await there(folder),
      routes: await there(join(env.LAPAK_HOME as string, 'caddy', `${store}.caddy`)),
      processes: (await runtimesBelow(folder)).length,
      records: (await readdir(join(env.LAPAK_HOME as string, 'runtimes'))).filter((name) => name.includes(store))
        .length,
    };
  }
  const WHOLE = { database: 1, role: 1, rows: 1, folder: 1, routes: 1, processes: 1, records: 1 };
  const NOTHING = { database: 0, role: 0, rows: 0, folder: 0, routes: 0, processes: 0, records: 0 };

  async function killedAndResumed(
    request: (server: ServerProcess) => Promise<Operation>,
    [first, ...more]: readonly string[],
  ): Promise<Operation> {
    const { id } = await request(await restartWith(first));
    for (const place of [...more, undefined]) {
      expect(await server?.exited).toMatchObject({ signal: 'SIGKILL' });
      server = await start(env, place);
    }
    return (server as ServerProcess).api.ended(id);
  }

  const open =
    (store: string, token: string) =>
    async ({ api }: ServerProcess) => {
      const body = storeRequest({ store, telegramBotToken: token });
      const answer = await api.call<{ operation: Operation }>('POST', '/v1/tenants', body);
      expect(answer.status).toBe(202);
      return answer.body.operation;
    };
  const close =
    (store: string) =>
    async ({ api }: ServerProcess) => {
      const answer = await api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}?purge=true`);
      expect(answer.status).toBe(202);
      return answer.body.operation;
    };

  describe('a provision goes on after a SIGKILL', () => {
    test.each(courses(PROVISION).map((course) => [course]))(
      'at %s',
      async (course) => {
        const store = newSlug('p');
        const before = await ports();
        const { token } = sandbox.telegram.createBot({});
        const operation = await killedAndResumed(
          open(store, token),
          course.map((place) => `provision.${place}`),
        );
        expect(operation).toMatchObject({ state: 'succeeded', attempt: 1 });
        // A store with a runtime of its own is placed in no shard.
        const states = PROVISION.map((step) => (step === 'shard' ? 'skipped' : 'succeeded'));
        expect(operation.steps.map((step) => step.state)).toEqual(states);
        expect(await traces(store)).toEqual(WHOLE);
        expect(await ports()).toBe(before + 2);
        const tenant = await (server as ServerProcess).api.tenant(store);
        expect(tenant).toMatchObject({ state: 'running', operation: null });
        expect((await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`)).status).toBe(200);
      },
      TIMEOUT_MS,
    );
  });

  describe('a removal goes on after a SIGKILL', () => {
    test.each(courses(REMOVE).map((course) => [course]))(
      'at %s',
      async (course) => {
        const store = newSlug('r');
        const before = await ports();
        const { api } = server as ServerProcess;
        await api.open({ store, telegramBotToken: sandbox.telegram.createBot({}).token });
        const operation = await killedAndResumed(
          close(store),
          course.map((place) => `remove.${place}`),
        );
        expect(operation).toMatchObject({ state: 'succeeded', attempt: 1 });
        expect(await traces(store)).toEqual(NOTHING);
        expect(await ports()).toBe(before);
      },
      TIMEOUT_MS,
    );
  });

  // What needs two processes.
  if (where !== 'in turn') describeTwoProcesses();

  function describeTwoProcesses(): void {
    test('stores outlive the control plane, and the next one finds them', async () => {
      const store = newSlug('o');
      const { api } = await restartWith();
      const tenant = await api.open({ store, telegramBotToken: sandbox.telegram.createBot({}).token });
      const [pid] = await runtimesBelow(tenant.folder);
      server?.kill('SIGKILL');
      await server?.exited;
      expect(await runtimesBelow(tenant.folder)).toEqual([pid]);
      server = await start(env);
      const { api: next } = server;
      await eventually(async () =>
        expect((await next.tenant(store)).observed).toMatchObject({ state: 'running', id: String(pid) }),
      );
      expect(await runtimesBelow(tenant.folder)).toEqual([pid]);
    });

    test('a second control plane on the same database is refused in words', async () => {
      await restartWith();
      await expect(start(env)).rejects.toThrow(
        /ALREADY_RUNNING|Another control plane \(lapak control plane, process \d+/,
      );
    });
  }
}
