import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Alerts } from '../alerts/index.ts';

/** What every store stands on. When it is away, that is one incident, and no store is blamed. */
export type Surroundings = {
  start(): void;
  stop(): Promise<void>;
  /** What is away, or came back so lately that the stores are still recovering; null when all is well. */
  trouble(): string | null;
  /** Looks now: somebody found one of them away. */
  look(): Promise<void>;
};

export type Ground = {
  name: string;
  /** How it is called in an alert. */
  title: string;
  /** Resolves when it is there. */
  probe(signal: AbortSignal): Promise<unknown>;
  /** Only looked at once somebody found it away. */
  onDemand?: boolean;
  /** Somebody else tells when it is away; here it only excuses the stores. */
  quiet?: boolean;
};

type Watch = { ground: Ground; since: Date | null; misses: number; told: boolean; reason: string; settledAt: number };

/** How long the stores may take to recover once it is back. */
const SETTLE_MS = 60_000;
const ANSWER_WITHIN_MS = 5_000;
/** Misses in a row before it is told: a restart of a few seconds is none. */
const MISSES = 2;

export function createSurroundings(
  grounds: readonly Ground[],
  parts: { db: Db; clock: Clock; log: Log; alerts: Alerts; everyMs: number },
): Surroundings {
  const { db, clock, log, alerts, everyMs } = parts;
  const watches = grounds.map(
    (ground): Watch => ({ ground, since: null, misses: 0, told: true, reason: '', settledAt: 0 }),
  );
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  async function visit(watch: Watch, asked: boolean): Promise<void> {
    if (watch.ground.onDemand && !asked && watch.since === null && !watch.told) return;
    try {
      await answered(watch.ground, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return;
      watch.since ??= clock.now();
      watch.misses += 1;
      watch.reason = errorMessage(error);
      if (watch.misses === 1) log.warn({ ground: watch.ground.name, reason: watch.reason }, 'the ground is away');
      if (watch.misses >= MISSES && !watch.told && !watch.ground.quiet) await tell(watch);
      return;
    }
    await back(watch);
  }

  /** Cannot be written while Postgres is away: it is told when that is back. */
  async function tell(watch: Watch): Promise<void> {
    await db
      .tx((tx) => raise(tx, watch))
      .then(
        () => {
          watch.told = true;
        },
        (error) => log.warn({ ground: watch.ground.name, err: error }, 'it cannot be told now that the ground is away'),
      );
  }

  const keyOf = ({ ground }: Watch) => `platform:${ground.name}`;

  async function raise(tx: Tx, watch: Watch): Promise<void> {
    const since = watch.since ?? clock.now();
    const detail = `${watch.ground.title} is away since ${since.toISOString()}: ${watch.reason}`;
    await alerts.raise(tx, { kind: 'platform', key: keyOf(watch), severity: 'fatal', detail, since });
  }

  /** `told` is true at the start as well: an earlier control plane may have left an incident open. */
  async function back(watch: Watch): Promise<void> {
    const late = watch.misses >= MISSES && !watch.told && !watch.ground.quiet;
    if (late || watch.told) {
      await db.tx(async (tx) => {
        if (late) await raise(tx, watch);
        await alerts.clear(tx, keyOf(watch));
      });
    }
    if (watch.since !== null) {
      watch.settledAt = clock.now().getTime() + SETTLE_MS;
      log.info({ ground: watch.ground.name, since: watch.since }, 'the ground is back');
    }
    Object.assign(watch, { since: null, misses: 0, told: false, reason: '' });
  }

  async function lookAll(asked: boolean): Promise<void> {
    for (const watch of watches) {
      await visit(watch, asked).catch((err) => log.warn({ ground: watch.ground.name, err }, 'looking around failed'));
    }
  }

  function look(asked: boolean): Promise<void> {
    looking ??= lookAll(asked).finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function again(): Promise<void> {
    await look(false);
    if (!stopping.signal.aborted) timer = setTimeout(again, everyMs);
  }

  return {
    start: () => void again(),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await looking;
    },
    trouble() {
      const now = clock.now().getTime();
      const found = watches.find(({ since, settledAt }) => since !== null || settledAt > now);
      return found ? found.ground.title : null;
    },
    look: () => look(true),
  };
}

async function answered(ground: Ground, stopping: AbortSignal): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, ANSWER_WITHIN_MS, new Error('no answer in time'));
  try {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    await Promise.race([ground.probe(signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
