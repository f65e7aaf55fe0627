import { AsyncLocalStorage } from 'node:async_hooks';
import type { Backoff } from '../../kernel/backoff.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { type Failpoint, noFailpoint } from '../../kernel/failpoint.ts';
import type { HostEvent, HostedSpec } from '../../kernel/host-protocol.ts';
import type { Log } from '../../kernel/log.ts';
import { createMutex } from '../../kernel/mutex.ts';
import { pause } from '../../kernel/pause.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import type { StorePorts } from '../http/listeners.ts';
import { createControl, type Hosting } from './control.ts';
import { createHostedStore, type HostedStoreRun, type OpenStore } from './hosted-store.ts';
import { createRecords, type StoreRecord } from './records.ts';
import { createRouting } from './routing.ts';

export type Host = {
  /** Listens, and begins to start the stores that it remembers. */
  start(): Promise<StorePorts>;
  /** Stops every store, which it starts again when it starts itself. */
  stop(): Promise<void>;
  /** Before the process ends in the middle of things: of every store. Called where the fault was, so that its store is known. */
  writeCrashReport(fault?: unknown): Promise<void>;
};

export type HostOptions = {
  /** The host's own: what it remembers of its stores is here. */
  folder: string;
  /** Whoever knows it commands the host. */
  token: string;
  /** Names the code that this process was started with. */
  code: string;
  listen: { host: string; telegram: number; pakasir: number };
  isShared(address: string): boolean;
  openStore: OpenStore;
  log: Log;
  clock?: Clock;
  failpoint?: Failpoint;
  backoff?: Backoff;
};

/** Starts at one time: each takes a while of the processor, and connections of its database. */
const MOST_STARTS = 8;
/** Of a store that is replaced, removed or ends with its host, which has little longer itself. */
const GRACE_MS = 20_000;
/** Whoever asked for a start is answered after this, also where it waits for its database or its turn. */
const ANSWER_MS = 20_000;
const BACKOFF = { firstMs: 1000, maxMs: 300_000 };

/** Many stores in one process: it owns what is alive, each of them its rules. */
export function createHost(options: HostOptions): Host {
  const { log, clock = systemClock, failpoint = noFailpoint, backoff = BACKOFF } = options;
  const stores = new Map<string, HostedStoreRun>();
  const listeners = new Set<(event: HostEvent) => void>();
  const serial = createMutex<string>();
  const gate = createSemaphore(MOST_STARTS);
  const whose = new AsyncLocalStorage<string>();
  const records = createRecords(options.folder, function* () {
    for (const { record } of stores.values()) yield record;
  });
  let closing = false;

  function publish(store: string, kind: HostEvent['kind']): void {
    const event = { store, kind, at: clock.now() };
    for (const listener of listeners) listener(event);
  }

  function adopt(record: StoreRecord): HostedStoreRun {
    const { store } = record;
    const hosted = createHostedStore(record, {
      openStore: options.openStore,
      routeOf: routing.route,
      gate,
      within: (work) => whose.run(store, work),
      backoff,
      clock,
      log,
      turn: (work) => serial.run(store, async () => (closing ? undefined : work())).catch(report(store)),
      publish: (kind) => publish(store, kind),
      save: () => records.save().catch(report(store)),
    });
    stores.set(store, hosted);
    return hosted;
  }

  const report = (store: string) => (err: unknown) => log.error({ store, err }, 'the host could not do what is due');

  const hosting: Hosting = {
    list: () => [...stores.values()].map((hosted) => hosted.view()),
    find: (store) => stores.get(store)?.view(),
    async put(store, spec) {
      const hosted = await serial.run(store, () => bring(store, spec));
      await Promise.race([hosted.settled(), pause(ANSWER_MS)]);
      return hosted.view();
    },
    stop: (store, graceMs) =>
      serial.run(store, async () => {
        const hosted = stores.get(store);
        if (!hosted) return undefined;
        hosted.record.intent = 'stopped';
        await records.save();
        failpoint('host.stopping');
        await hosted.stop(graceMs);
        await records.save();
        return hosted.view();
      }),
    kill: (store) =>
      serial.run(store, async () => {
        const hosted = stores.get(store);
        hosted?.kill();
        return hosted?.view();
      }),
    remove: (store) =>
      serial.run(store, async () => {
        const hosted = stores.get(store);
        if (!hosted) return;
        hosted.record.intent = 'stopped';
        await records.save();
        await hosted.stop(GRACE_MS);
        stores.delete(store);
        await records.save();
        publish(store, 'removed');
      }),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  /** Starts the store with the spec, unless it has it already. */
  async function bring(store: string, spec: HostedSpec): Promise<HostedStoreRun> {
    if (closing) throw new Error('the host is stopping');
    const known = stores.get(store);
    const wasRunning = known?.record.intent === 'running';
    const hosted = known ?? adopt({ store, spec, intent: 'running', restarts: 0 });
    const { record } = hosted;
    const isNew = record.spec.specHash !== spec.specHash;
    record.intent = 'running';
    // First the intent, then the store: after a crash the host starts it with this spec.
    record.spec = spec;
    if (isNew || !wasRunning) record.restarts = 0;
    await records.save();
    failpoint('host.intended');
    if (isNew) await hosted.stop(GRACE_MS);
    // One that waits for its next start after a failure goes on waiting, unless it is asked for something new.
    if (!hosted.isBegun() && (isNew || !wasRunning)) hosted.begin();
    return hosted;
  }

  const control = createControl({ hosting, token: options.token, code: options.code, log });
  const routing = createRouting({
    host: options.listen.host,
    own: control.answers,
    isStore: (name) => stores.has(name),
    isShared: options.isShared,
    within: (store, work) => whose.run(store, work),
    log,
  });

  return {
    async start() {
      const { stores: known, diedBefore, culprit } = await records.load();
      for (const record of known) {
        const hosted = adopt(record);
        if (!diedBefore || record.intent !== 'running') continue;
        record.restarts += 1;
        // Of the one that ended it, more is known already.
        if (record.store !== culprit) hosted.noteHostEnd('the host ended');
      }
      await records.save();
      await control.ready();
      const ports = await routing.listen(options.listen);
      for (const hosted of stores.values()) if (hosted.record.intent === 'running') hosted.begin();
      log.info({ ...ports, stores: stores.size }, 'host is open');
      return ports;
    },
    async stop() {
      closing = true;
      await Promise.all([...stores].map(([store, hosted]) => serial.run(store, () => hosted.stop(GRACE_MS))));
      await records.close();
      await control.close();
      await routing.close();
      log.info('host is closed');
    },
    async writeCrashReport(fault) {
      const culprit = stores.get(whose.getStore() ?? '');
      if (culprit && fault !== undefined) {
        const { store } = culprit.record;
        log.fatal({ store, err: fault }, 'a store ended the host');
        culprit.noteHostEnd(`ended its host: ${errorMessage(fault)}`);
        await records.close(store).catch(report(store));
      }
      await Promise.allSettled([...stores.values()].map((hosted) => hosted.writeCrashReport()));
    },
  };
}
