import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { clusterUrl } from '../../support/postgres.ts';
import { type Api, type NewStore, newSlug } from './api.ts';
import { planeEnvironment } from './plane.ts';
import { runtimesBelow } from './processes.ts';
import type { ServerProcess, StartServer } from './server-process.ts';

/** A control plane that is killed and started again over the same folder and database. */
export type Killable = {
  readonly env: Record<string, string>;
  readonly home: string;
  readonly deployments: string;
  readonly sandbox: Sandbox;
  /** The cluster, as its superuser. */
  cluster: Db;
  /** Connection string of the superuser to a database. */
  databaseUrl(name: string): string;
  /** Of the control plane that runs now. */
  readonly api: Api;
  newToken(): string;
  open(prefix: string, over?: Partial<NewStore>): Promise<Tenant>;
  kill(): Promise<void>;
  /** Starts another where the last one has ended; it dies at `failpoint`. */
  start(failpoint?: string): Promise<void>;
  /** Waits until it has died of its failpoint. */
  died(): Promise<void>;
  /** Asks for an operation of a control plane that dies at `failpoint`. @returns its id */
  begin(failpoint: string | undefined, path: string, body?: object): Promise<string>;
  /** Runs an operation through control planes that die at each of the places in turn, and a last one that does not. */
  killedAt(places: readonly string[], path: string, body?: object): Promise<Operation>;
  close(): Promise<void>;
};

/** @param start how it is run, in this process or in one of its own */
export async function startKillable(start: StartServer, over: Record<string, string> = {}): Promise<Killable> {
  const sandbox = createSandbox();
  const { url } = await sandbox.listen();
  const env = { ...(await planeEnvironment(url)), ...over };
  const [home, deployments] = [env.LAPAK_HOME as string, env.LAPAK_DEPLOYMENTS as string];
  const cluster = createDb({ connectionString: clusterUrl(), max: 1 });
  let server: ServerProcess = await start(env);

  const newToken = () => sandbox.telegram.createBot({}).token;
  const restart = async (failpoint?: string) => {
    server = await start(env, failpoint);
  };
  const kill = async () => {
    server.kill('SIGKILL');
    await server.exited;
  };
  const died = async () => {
    expect(await server.exited).toMatchObject({ signal: 'SIGKILL' });
  };
  const begin: Killable['begin'] = async (failpoint, path, body) => {
    await kill();
    await restart(failpoint);
    const accepted = await server.api.call<{ operation: Operation }>('POST', path, body);
    expect(accepted).toMatchObject({ status: 202 });
    return accepted.body.operation.id;
  };

  return {
    env,
    home,
    deployments,
    sandbox,
    cluster,
    databaseUrl: (name) => clusterUrl().replace(/\/postgres$/, `/${name}`),
    get api() {
      return server.api;
    },
    newToken,
    open: (prefix, fields) => server.api.open({ store: newSlug(prefix), telegramBotToken: newToken(), ...fields }),
    kill,
    start: restart,
    died,
    begin,
    async killedAt([first, ...more], path, body) {
      const id = await begin(first, path, body);
      for (const place of [...more, undefined]) {
        await died();
        await restart(place);
      }
      return server.api.ended(id);
    },
    async close() {
      server.kill('SIGTERM');
      await server.exited;
      for (const pid of await runtimesBelow(deployments)) process.kill(pid, 'SIGKILL');
      await cluster.close();
      await sandbox.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
