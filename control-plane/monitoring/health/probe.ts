import { join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import type { Driver, Observation } from '../../fleet/drivers/index.ts';
import { createRuntimeClient, type Readiness, type RuntimeBacklog } from '../../fleet/runtime-client.ts';
import type { Telegram } from '../../platform/telegram/index.ts';
import type { Fact, Finding, Findings, Load } from './findings.ts';
import type { Memory } from './judge.ts';
import { diskInUse, useBelow } from './measure.ts';
import type { HealthSettings } from './settings.ts';

/** Share of a threshold by which a value must fall below it before it is well again. */
const SLACK = 0.06;

/** Whether a value is over its threshold. One that was over stays so until it is clearly below, so that it does not alternate at the edge. Pure. */
export function isOver(value: number, threshold: number, wasOver: boolean): boolean {
  return value >= (wasOver ? threshold * (1 - SLACK) : threshold);
}

/** A store as a look needs it. */
export type Subject = {
  store: string;
  folder: string;
  /** Of its runtime, see `Endpoint`. */
  address: string;
  botToken: string;
  /** It shares its process, so that what it takes of the machine is not known. */
  pooled: boolean;
  limits: { memoryMb: number; cpus: number };
  settings: HealthSettings;
  /** Failures so far: a value that was over its threshold must fall clearly below it. */
  failures: Memory['failures'];
};

export type Probe = { findings: Findings; seen: Observation; telegramAway: boolean };

/** Goods that wait longer than this are stuck, in seconds. */
const OLDEST_DELIVERY_SECONDS = 300;

const ok = (fact: Fact): Finding => ({ result: 'ok', fact });
const fail = (fact: Fact): Finding => ({ result: 'fail', fact });
const unknown = (fact: Fact): Finding => ({ result: 'unknown', fact });

const DOWN = unknown({ kind: 'runtime_down' });
const NOT_REPORTED = unknown({ kind: 'not_reported' });

/**
 * Looks at everything about one store. What cannot be known while something else is wrong is `unknown`: one cause is
 * told once.
 * @throws AppError DRIVER_UNAVAILABLE: that says nothing about the store
 */
export async function probeStore(
  subject: Subject,
  deps: { driver: Driver; telegram: Telegram },
  signal: AbortSignal,
): Promise<Probe> {
  const seen = await deps.driver.observe(subject.store);
  const [stored, telegram] = await Promise.all([storage(subject, signal), askTelegram(subject, deps.telegram, signal)]);
  const lives = seen.state === 'running';
  const runtime = createRuntimeClient(subject.address, signal);
  const [readiness, backlog, load] = lives
    ? await Promise.all([runtime.readiness(), runtime.backlog(), loadOf(subject, deps.driver, signal)])
    : [];
  const findings: Findings = {
    runtime: runtimeOf(seen),
    ...(readiness
      ? intakeOf(readiness, backlog, telegram)
      : { intake: DOWN, database: DOWN, queue: DOWN, gateway: DOWN }),
    telegram: telegram.finding,
    ...(load ?? { cpu: DOWN, memory: DOWN }),
    ...stored,
  };
  return { findings, seen, telegramAway: telegram.away };
}

function runtimeOf({ state, exit, restarts = 0 }: Observation): Finding {
  if (state === 'starting') return unknown({ kind: 'starting' });
  if (state === 'running') return ok({ kind: 'running', restarts });
  return fail({ kind: 'not_running', exit });
}

type Reported = NonNullable<Readiness['checks']>[string];

const reported = (check: Reported): Finding =>
  check ? (check.ok ? ok : fail)({ kind: 'reported', text: check.detail }) : NOT_REPORTED;

function intakeOf(
  readiness: Readiness,
  backlog: RuntimeBacklog | undefined,
  telegram: TelegramAnswer,
): Pick<Findings, 'intake' | 'database' | 'queue' | 'gateway'> {
  if (!readiness.checks) {
    const intake = fail(readiness.ready ? { kind: 'silent' } : { kind: 'reported', text: readiness.reason });
    return { intake, database: NOT_REPORTED, queue: NOT_REPORTED, gateway: NOT_REPORTED };
  }
  const { telegram: updates, database, gateway } = readiness.checks;
  return {
    intake: intakeBeside(reported(updates), telegram),
    database: reported(database),
    queue: backlog ? queueOf(backlog) : NOT_REPORTED,
    gateway: reported(gateway),
  };
}

/** That no update arrives through a Telegram that is away, or with a token that it refuses, is no second fault. */
function intakeBeside(updates: Finding, { finding }: TelegramAnswer): Finding {
  return updates.result === 'fail' && finding.result !== 'ok' ? unknown(finding.fact) : updates;
}

function queueOf({ waiting, oldestSeconds }: RuntimeBacklog): Finding {
  const isStuck = waiting > 0 && oldestSeconds >= OLDEST_DELIVERY_SECONDS;
  return (isStuck ? fail : ok)({ kind: 'backlog', waiting, oldestSeconds });
}

type TelegramAnswer = { finding: Finding; away: boolean };

async function askTelegram(subject: Subject, telegram: Telegram, signal: AbortSignal): Promise<TelegramAnswer> {
  try {
    const { username } = await telegram.getMe(subject.botToken, signal);
    return { finding: ok({ kind: 'bot', username }), away: false };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    // Where Telegram is away it is so for every store; that is told for all of them together.
    const away = error.code === 'TELEGRAM_UNREACHABLE';
    return { finding: (away ? unknown : fail)({ kind: 'reported', text: error.message }), away };
  }
}

function weigh({ settings, failures }: Subject, of: Load, value: number, limit?: number): Finding {
  const threshold = settings.thresholds[of];
  const over = isOver(value, threshold, of in failures);
  return (over ? fail : ok)({ kind: 'load', of, value, threshold, ...(limit !== undefined && { limit }) });
}

async function loadOf(
  subject: Subject,
  driver: Driver,
  signal: AbortSignal,
): Promise<Pick<Findings, 'cpu' | 'memory'>> {
  const usage = await driver.usage(subject.store, signal);
  if (!usage) return subject.pooled ? { cpu: NOT_REPORTED, memory: NOT_REPORTED } : { cpu: DOWN, memory: DOWN };
  const { cpus, memoryMb } = subject.limits;
  return {
    cpu: weigh(subject, 'cpu', (usage.cpus / cpus) * 100, cpus),
    memory: weigh(subject, 'memory', (usage.memoryBytes / (memoryMb * 1024 * 1024)) * 100, memoryMb),
  };
}

async function storage(subject: Subject, signal: AbortSignal): Promise<Pick<Findings, 'disk' | 'logs'>> {
  const { folder } = subject;
  try {
    const logs = (await useBelow(join(folder, 'logs'), signal)).length / 1024 / 1024;
    return { disk: weigh(subject, 'disk', await diskInUse(folder)), logs: weigh(subject, 'logs', logs) };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    const fact: Fact = code === 'ENOENT' ? { kind: 'folder_missing' } : { kind: 'folder_unreadable', code };
    return { disk: (code === 'ENOENT' ? fail : unknown)(fact), logs: unknown(fact) };
  }
}
