import type { BackgroundTask } from '../../../../kernel/background-tasks.ts';
import type { Db } from '../../../../kernel/db.ts';
import { uuid } from '../../../../kernel/ids.ts';
import type { LogLine } from '../../../../kernel/log.ts';
import { logged } from './copy.ts';
import type { Severity } from './schema.ts';
import type { OwnerEvents } from './service.ts';

export type LogAlarm = {
  /** Takes a log line; those at or above the threshold become one event per kind and minute. */
  note(line: LogLine): void;
  /** Reports what was logged since; what cannot be reported now is reported later. */
  flush(): Promise<void>;
  /** Does so each minute. */
  task: BackgroundTask;
};

const GROUP_MS = 60_000;
/** A storm of different lines must not fill the memory. */
const MOST_KINDS = 100;
const LEVELS = ['info', 'warn', 'error', 'fatal'] as const satisfies readonly Severity[];
/** What these say is about telling itself: reporting it would go in a circle. */
const OWN_SERVICES = new Set(['owner-events', 'outbox']);

/** Turns log lines into events for the owners. */
export function createLogAlarm(deps: {
  db: Db;
  owners: Pick<OwnerEvents, 'notify'>;
  /** Undefined when the owners do not want to hear of faults. */
  threshold: Exclude<Severity, 'info'> | undefined;
}): LogAlarm {
  const { threshold } = deps;
  const least = threshold === undefined ? LEVELS.length : LEVELS.indexOf(threshold);
  let counted = new Map<string, Parameters<typeof logged>[0]>();

  function note({ level, service, message, fault }: LogLine): void {
    const severity = LEVELS.slice(least).find((known) => known === level);
    if (!severity || OWN_SERVICES.has(service)) return;
    const key = `${severity} ${service} ${message}`;
    const before = counted.get(key);
    if (!before && counted.size >= MOST_KINDS) return;
    counted.set(key, { level: severity, service, message, fault, times: (before?.times ?? 0) + 1 });
  }

  async function report(): Promise<void> {
    const lines = [...counted.values()];
    counted = new Map();
    if (lines.length === 0) return;
    try {
      await deps.db.tx(async (tx) => {
        for (const line of lines) {
          const { level: severity } = line;
          await deps.owners.notify(tx, { cause: `log:${uuid()}`, kind: 'log', severity, text: logged(line) });
        }
      });
    } catch (error) {
      for (const line of lines) counted.set(`${line.level} ${line.service} ${line.message}`, line);
      throw error;
    }
  }

  return {
    note,
    flush: () => report().catch(ignored),
    task: {
      name: 'log-alarm',
      everyMs: GROUP_MS,
      waitsAtStart: true,
      run: report,
      onFailure: ignored,
      retryMs: () => GROUP_MS,
    },
  };
}

/** Most likely the database is away: the lines are kept until it is back, and one more about them would come back here. */
function ignored(): void {}
