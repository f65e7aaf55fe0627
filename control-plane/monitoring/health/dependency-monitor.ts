import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { type Db, ping, type Tx } from '../../../kernel/db.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import type { Alerts } from '../alerts/index.ts';

/** Watches what every store depends on. When it is away, that is one incident, and no store is blamed. */
export type DependencyMonitor = {
  /** What is away, or came back so lately that the stores are still recovering; null when all is well. */
  trouble(): string | null;
  /** Probes all of them now: somebody found one of them away. */
  probeNow(): Promise<void>;
  task: BackgroundTask;
};

export type Dependency = {
  name: string;
  /** How it is called in an alert. */
  title: string;
  /** Resolves when it is there. */
  probe(signal: AbortSignal): Promise<unknown>;
  /** Only probed once somebody found it away. */
  onDemand?: boolean;
  /** Somebody else alerts when it is away; here it only excuses the stores. */
  silent?: boolean;
};

/** What every store depends on. */
export function dependenciesOf({ db, driver, apiRoot }: { db: Db; driver: Driver; apiRoot: string }): Dependency[] {
  return [
    { name: 'postgres', title: 'Postgres', probe: () => ping(db) },
    // The reconciler, which sees nothing then, is who raises the alert.
    { name: 'driver', title: `The ${driver.kind} driver`, probe: () => driver.ping(), silent: true },
    // Any answer will do: without a token there is only a refusal.
    { name: 'telegram', title: 'Telegram', probe: (signal) => fetch(apiRoot, { signal }), onDemand: true },
  ];
}

/** `alerted` is true at the start as well: an earlier control plane may have left an incident open. */
type Watch = {
  dependency: Dependency;
  since: Date | null;
  misses: number;
  alerted: boolean;
  reason: string;
  recoveringUntil: number;
};

/** How long the stores may take to recover once it is back. */
const RECOVERY_MS = 60_000;
const PROBE_DEADLINE_MS = 5_000;
/** Misses in a row before the alert: a restart of a few seconds is none. */
const MISSES = 2;

export function createDependencyMonitor(
  dependencies: readonly Dependency[],
  deps: { db: Db; clock: Clock; log: Log; alerts: Alerts; everyMs: number },
): DependencyMonitor {
  const { db, clock, log, alerts, everyMs } = deps;
  const watches = dependencies.map(
    (dependency): Watch => ({ dependency, since: null, misses: 0, alerted: true, reason: '', recoveringUntil: 0 }),
  );
  let stopping: AbortSignal | undefined;
  let probing: Promise<void> | undefined;

  const keyOf = ({ dependency }: Watch) => `platform:${dependency.name}`;
  const isDue = ({ dependency, misses, alerted }: Watch) => misses >= MISSES && !alerted && !dependency.silent;

  async function probe(watch: Watch, asked: boolean): Promise<void> {
    const { name, onDemand } = watch.dependency;
    if (onDemand && !asked && watch.since === null && !watch.alerted) return;
    try {
      await withDeadline(PROBE_DEADLINE_MS, 'The answer', (signal) => watch.dependency.probe(signal), stopping);
    } catch (error) {
      if (stopping?.aborted) return;
      watch.since ??= clock.now();
      watch.misses += 1;
      watch.reason = errorMessage(error);
      if (watch.misses === 1) log.warn({ dependency: name, reason: watch.reason }, 'a dependency is away');
      if (isDue(watch)) await alert(watch);
      return;
    }
    await back(watch);
  }

  /** Cannot be written while Postgres is away: the alert comes when that is back. */
  async function alert(watch: Watch): Promise<void> {
    await db
      .tx((tx) => raise(tx, watch))
      .then(
        () => {
          watch.alerted = true;
        },
        (err) => log.warn({ dependency: watch.dependency.name, err }, 'the alert cannot be recorded now'),
      );
  }

  async function raise(tx: Tx, watch: Watch): Promise<void> {
    const since = watch.since ?? clock.now();
    const detail = `${watch.dependency.title} is away since ${since.toISOString()}: ${watch.reason}`;
    await alerts.raise(tx, { kind: 'platform', key: keyOf(watch), severity: 'fatal', detail, since });
  }

  async function back(watch: Watch): Promise<void> {
    const late = isDue(watch);
    if (late || watch.alerted) {
      await db.tx(async (tx) => {
        if (late) await raise(tx, watch);
        await alerts.clear(tx, keyOf(watch));
      });
    }
    if (watch.since !== null) {
      watch.recoveringUntil = clock.now().getTime() + RECOVERY_MS;
      log.info({ dependency: watch.dependency.name, since: watch.since }, 'a dependency is back');
    }
    Object.assign(watch, { since: null, misses: 0, alerted: false, reason: '' });
  }

  async function probeEach(asked: boolean): Promise<void> {
    for (const watch of watches) {
      await probe(watch, asked).catch((err) =>
        log.warn({ dependency: watch.dependency.name, err }, 'a dependency could not be probed'),
      );
    }
  }

  function probeAll(asked: boolean): Promise<void> {
    probing ??= probeEach(asked).finally(() => {
      probing = undefined;
    });
    return probing;
  }

  return {
    trouble() {
      const now = clock.now().getTime();
      const found = watches.find(({ since, recoveringUntil }) => since !== null || recoveringUntil > now);
      return found ? found.dependency.title : null;
    },
    probeNow: () => probeAll(true),
    task: {
      name: 'dependency-monitor',
      everyMs,
      run(signal) {
        stopping = signal;
        return probeAll(false);
      },
      async onStop() {
        await probing;
      },
    },
  };
}
