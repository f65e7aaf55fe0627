import type { Failpoint } from '../../kernel/failpoint.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';
import { createStore } from '../../tenant-runtime/store.ts';
import { openGate } from './gate.ts';
import { keptLog } from './last-lines.ts';
import { type RuntimeProcess, startRuntime } from './runtime-process.ts';
import { FEW_CONNECTIONS, type TestStore } from './store.ts';

/** A store that runs and can be killed, in a process of its own or in this one. */
export type KillableStore = Pick<RuntimeProcess, 'exited' | 'kill'>;

/** Starts a store with the environment; it dies at the failpoint. */
export type StartKillable = (
  shop: TestStore,
  env: Record<string, string>,
  failpoint?: string,
) => Promise<KillableStore>;

export const startAsProcess: StartKillable = (_, env, failpoint) => startRuntime(env, failpoint);

/**
 * Starts a store in this process, behind gates to its database, Telegram and the gateway. At the failpoint, or when it is
 * killed, the gates are shut at once and the store is left to itself: nothing that it still does has an effect, and nothing
 * reaches it. The next one takes over from what the database and Telegram hold, as after the SIGKILL of a process.
 */
export const startInside: StartKillable = async (shop, env, failpoint) => {
  const [database, outside] = await Promise.all([
    openGate(env.DATABASE_URL as string),
    openGate(shop.env.TELEGRAM_API_ROOT as string),
  ]);
  const { promise: exited, resolve: ended } = Promise.withResolvers<Awaited<KillableStore['exited']>>();
  let dead = false;
  const die = () => {
    if (dead) return;
    dead = true;
    database.shut();
    outside.shut();
    // What it held in memory is lost; it only lets go of its timers and ports.
    void store.stop().catch(() => {});
    ended({ code: null, signal: 'SIGKILL' });
  };
  const fail: Failpoint = (name) => {
    if (name === failpoint) die();
    if (dead) throw new Error(`killed at ${failpoint ?? 'some moment'}`);
  };
  const store = createStore(
    parseTenantConfig({
      ...env,
      DATABASE_URL: database.url,
      TELEGRAM_API_ROOT: outside.url,
      PAKASIR_API_BASE: `${outside.url}/pakasir`,
      LISTEN_PAKASIR_PORT: '0',
    }),
    {
      log: keptLog(`the store${failpoint ? ` that dies at ${failpoint}` : ''}`),
      clock: shop.clock,
      failpoint: fail,
      connections: FEW_CONNECTIONS,
      // The one before it, whose gates are shut, is dead.
      claim: { generation: 0, place: 'inside' },
    },
  );
  try {
    const { pakasirPort } = await store.start();
    await shop.client.pakasir.createProject({
      slug: 'warung',
      apiKey: 'kunci-rahasia',
      webhookUrl: `http://127.0.0.1:${pakasirPort}/webhooks/pakasir`,
    });
  } catch (error) {
    // One that goes on with what another left may reach its failpoint before it is open.
    if (!dead) throw error;
  }
  return {
    exited,
    kill(signal) {
      if (signal === 'SIGKILL') return die();
      if (dead) return;
      dead = true;
      void store.stop().then(() => {
        database.shut();
        outside.shut();
        ended({ code: 0, signal: null });
      });
    },
  };
};
