import type { HealthCheckName, HealthFinding } from '../../api/contract/index.ts';
import type { Observation } from '../../fleet/drivers/index.ts';

export type Exit = NonNullable<Observation['exit']>;

/** What has a threshold: processor and memory in per cent of the store's limit, its disk in per cent, its logs in MB. */
export type Load = 'cpu' | 'memory' | 'disk' | 'logs';

/** What a check saw. */
export type Fact =
  | { kind: 'starting' }
  | { kind: 'running'; restarts: number }
  | { kind: 'not_running'; exit: Exit | undefined }
  /** Not to be known while the runtime is down. */
  | { kind: 'runtime_down' }
  /** An older runtime does not report it. */
  | { kind: 'not_reported' }
  /** The runtime reports nothing at all. */
  | { kind: 'silent' }
  /** In the words of the runtime, or of Telegram's client. */
  | { kind: 'reported'; text: string }
  | { kind: 'bot'; username: string }
  | { kind: 'backlog'; waiting: number; oldestSeconds: number }
  | { kind: 'load'; of: Load; value: number; threshold: number; limit?: number; lowered?: boolean }
  | { kind: 'folder_missing' }
  | { kind: 'folder_unreadable'; code: string | undefined };

/** `unknown` where something else must be well first, or an older runtime does not report it. */
export type Finding = { result: HealthFinding['result']; fact: Fact };

export type Findings = Partial<Record<HealthCheckName, Finding>>;

/** How a runtime ended, and the end of its log without any secret of its store; undefined when it cannot be read. */
export type CrashReport = {
  exit: Exit | undefined;
  state: Observation['state'];
  reason: string | null;
  log?: string[];
};

/** So many of all watched stores are down. */
export type FleetDown = { down: number; watched: number };
