import type { RequestListener } from 'node:http';
import type { OpenStore } from '../../tenant-runtime/host/hosted-store.ts';

/** Stores that only say who they are, and start and answer when the test lets them. */
export function fakeStores() {
  const life: string[] = [];
  const starting = new Set<string>();
  const fails = new Map<string, (error: Error) => void>();
  let held: { promise: Promise<void>; resolve(): void } | undefined;
  let requests: { promise: Promise<void>; resolve(): void } | undefined;
  let waiting = 0;

  const openStore: OpenStore = async ({ store, route, fail }) => {
    fails.set(store, fail);
    const ended = Promise.withResolvers<void>();
    const answer =
      (side: string): RequestListener =>
      async (request, response) => {
        if (request.url === '/slow') {
          waiting += 1;
          await requests?.promise;
          waiting -= 1;
        }
        response.end(`${store} ${side} ${request.url}`);
      };
    return {
      async start() {
        starting.add(store);
        await Promise.race([held?.promise, ended.promise]);
        starting.delete(store);
        await route.open({ telegram: answer('telegram'), pakasir: answer('pakasir') }, () => true);
        life.push(`${store} start`);
      },
      async stop() {
        ended.resolve();
        await route.close();
        life.push(`${store} stop`);
      },
      abandon() {
        life.push(`${store} abandon`);
      },
      async writeCrashReport() {},
    };
  };

  return {
    openStore,
    /** Starts and ends, in order. */
    life,
    /** Those whose start is under way. */
    starting,
    fail: (store: string, message: string) => fails.get(store)?.(new Error(message)),
    /** From now on starts do not come to their end before `release`. */
    hold() {
      held = Promise.withResolvers<void>();
    },
    release() {
      held?.resolve();
      held = undefined;
      requests?.resolve();
    },
    /** From now on `/slow` is not answered before `release`. */
    holdRequests() {
      const now = Promise.withResolvers<void>();
      requests = now;
      return { waiting: () => waiting, release: () => now.resolve() };
    },
  };
}
