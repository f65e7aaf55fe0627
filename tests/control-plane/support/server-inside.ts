import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { createDriver, type Driver } from '../../../control-plane/fleet/drivers/index.ts';
import { parseControlPlaneConfig } from '../../../control-plane/platform/config.ts';
import { createControlPlane } from '../../../control-plane/server.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import { openGate } from '../../support/gate.ts';
import { keepLines } from '../../support/last-lines.ts';
import { createApi } from './api.ts';
import { FAKE_RUNTIME, FEW_ITERATIONS } from './plane.ts';
import type { ServerProcess, StartServer } from './server-process.ts';

/** Each is a process of Postgres, the dearest part of a start: one operation at a time needs no more. */
const FEW_CONNECTIONS = 5;

/**
 * Starts a control plane in this process, behind a gate to its database. At the failpoint, or when it is killed, the gate is
 * shut at once, its driver lets go of the stores, and it is left to itself. The next one takes over from what the database
 * and the folder hold, as after the SIGKILL of a process.
 */
export const startServerInside: StartServer = async (env, failpoint) => {
  const cluster = env.DATABASE_URL as string;
  const gate = await openGate(cluster);
  // What stores are told of the database is the same for every control plane.
  const told = { ...env, DATABASE_URL: gate.url, TENANT_DATABASE_HOST: new URL(cluster).host };
  const config = parseControlPlaneConfig(told, '/');
  const lines: string[] = [];
  const keep = keepLines('the control plane');
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      keep(String(chunk));
      done();
    },
  });
  const log = pino({ level: 'info' }, sink);
  const { promise: exited, resolve: ended } = Promise.withResolvers<Awaited<ServerProcess['exited']>>();
  let dead = false;
  const fail: Failpoint = (name) => {
    if (name === failpoint) die();
    if (dead) throw new Error(`killed at ${failpoint ?? 'some moment'}`);
  };
  let driver: Driver | undefined;
  const plane = createControlPlane(config, {
    ...{ log, failpoint: fail },
    driver(shards) {
      driver = createDriver(config, { log, failpoint: fail, runtimeEntry: FAKE_RUNTIME, shards });
      return driver;
    },
    ...{ kdfIterations: FEW_ITERATIONS, connections: FEW_CONNECTIONS },
  });
  function die(): void {
    if (dead) return;
    dead = true;
    gate.shut();
    // The kernel takes back what a process holds: the next one finds the stores without a keeper.
    const released = Promise.resolve(driver?.close());
    void plane.stop();
    void released.finally(() => ended({ code: null, signal: 'SIGKILL' }));
  }
  try {
    await plane.start();
  } catch (error) {
    // One that goes on with an operation may reach its failpoint before it is up.
    if (!dead) {
      gate.shut();
      throw error;
    }
  }
  const { apiUrl, apiKey } = JSON.parse(await readFile(join(config.home, 'cli.json'), 'utf8'));
  return {
    api: createApi(apiUrl, apiKey),
    pid: process.pid,
    exited,
    kill(signal) {
      if (signal === 'SIGKILL') return die();
      if (dead) return;
      dead = true;
      void plane.stop().then(() => {
        gate.shut();
        ended({ code: 0, signal: null });
      });
    },
    output: () => lines.join(''),
  };
};
