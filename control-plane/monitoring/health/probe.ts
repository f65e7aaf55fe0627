import { join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import type { HealthFinding } from '../../api/contract/index.ts';
import type { Driver, Observation } from '../../fleet/drivers/index.ts';
import { createRuntimeClient, type Readiness, type RuntimeBacklog } from '../../fleet/runtime-client.ts';
import type { Telegram } from '../../platform/telegram/index.ts';
import type { Findings, Memory } from './judge.ts';
import { bytesBelow, diskInUse } from './measure.ts';
import type { HealthSettings } from './settings.ts';

/** Share of a threshold by which a value must fall below it before it is well again. */
const SLACK = 0.06;

/**
 * Whether a value is over its threshold. One that was over stays so until it is clearly below: at the edge it would go
 * back and forth. Pure.
 */
export function weigh(value: number, threshold: number, wasOver: boolean, unit: string): HealthFinding {
  const limit = wasOver ? threshold * (1 - SLACK) : threshold;
  const over = value >= limit;
  const shown = value < 10 ? value.toFixed(1) : String(Math.round(value));
  return { result: over ? 'fail' : 'ok', detail: `${shown} ${unit} (threshold ${threshold})` };
}

/** A store as a look needs it. */
export type Subject = {
  store: string;
  folder: string;
  port: number;
  botToken: string;
  limits: { memoryMb: number; cpus: number };
  settings: HealthSettings;
  /** Failures so far: a value that was over its threshold must fall clearly below it. */
  failures: Memory['failures'];
};

export type Probe = { findings: Findings; seen: Observation; telegramAway: boolean };

/** Goods that wait longer than this are stuck, in seconds. */
const OLDEST_DELIVERY_SECONDS = 300;

const ok = (detail: string): HealthFinding => ({ result: 'ok', detail });
const fail = (detail: string): HealthFinding => ({ result: 'fail', detail });
const unknown = (detail: string): HealthFinding => ({ result: 'unknown', detail });

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
  const runtime = createRuntimeClient(subject.port, signal);
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

const DOWN = unknown('its runtime is not running');

function runtimeOf({ state, exit, restarts }: Observation): HealthFinding {
  if (state === 'starting') return unknown('starting');
  if (state === 'running') return ok(restarts ? `running, ${restarts} restarts` : 'running');
  return fail(exit ? `not running: ${endOf(exit)}` : 'not running');
}

/** How a runtime ended, in a few words. */
export function endOf(exit: NonNullable<Observation['exit']>): string {
  const how = exit.signal ?? (exit.code === null ? undefined : `exit code ${exit.code}`);
  if (exit.outOfMemory) return how ? `out of memory (${how})` : 'out of memory';
  return how ? `ended with ${how}` : 'ended while nobody watched';
}

function intakeOf(
  readiness: Readiness,
  backlog: RuntimeBacklog | undefined,
  telegram: TelegramAnswer,
): Pick<Findings, 'intake' | 'database' | 'queue' | 'gateway'> {
  if (!readiness.checks) {
    const silent = unknown('its runtime does not tell');
    return {
      intake: fail(readiness.ready ? 'it tells nothing of itself' : readiness.reason),
      database: silent,
      queue: silent,
      gateway: silent,
    };
  }
  const { telegram: updates, database, gateway } = readiness.checks;
  return {
    intake: updates ? intakeBeside(updates, telegram) : unknown('its runtime does not tell'),
    database: database ? (database.ok ? ok : fail)(database.detail) : unknown('its runtime does not tell'),
    queue: backlog ? queueOf(backlog) : unknown('its runtime does not tell'),
    gateway: gateway ? (gateway.ok ? ok : fail)(gateway.detail) : unknown('its runtime does not tell'),
  };
}

/** That no update arrives through a Telegram that is away, or with a token that it refuses, is no second fault. */
function intakeBeside(updates: { ok: boolean; detail: string }, telegram: TelegramAnswer): HealthFinding {
  if (updates.ok) return ok(updates.detail);
  return telegram.finding.result === 'ok' ? fail(updates.detail) : unknown(telegram.finding.detail);
}

function queueOf({ waiting, oldestSeconds }: { waiting: number; oldestSeconds: number }): HealthFinding {
  if (waiting === 0) return ok('nothing waits');
  const detail = `${waiting} undelivered, the oldest for ${Math.round(oldestSeconds)} s`;
  return oldestSeconds >= OLDEST_DELIVERY_SECONDS ? fail(detail) : ok(detail);
}

type TelegramAnswer = { finding: HealthFinding; away: boolean };

async function askTelegram(subject: Subject, telegram: Telegram, signal: AbortSignal): Promise<TelegramAnswer> {
  try {
    const { username } = await telegram.getMe(subject.botToken, signal);
    return { finding: ok(`knows @${username}`), away: false };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    // Where Telegram is away it is so for every store; that is told for all of them together.
    const away = error.code === 'TELEGRAM_UNREACHABLE';
    return { finding: (away ? unknown : fail)(error.message), away };
  }
}

async function loadOf(
  { store, limits, settings: { thresholds }, failures }: Subject,
  driver: Driver,
  signal: AbortSignal,
): Promise<Pick<Findings, 'cpu' | 'memory'>> {
  const usage = await driver.usage(store, signal);
  if (!usage) return { cpu: DOWN, memory: DOWN };
  const memory = (usage.memoryBytes / (limits.memoryMb * 1024 * 1024)) * 100;
  return {
    cpu: weigh((usage.cpus / limits.cpus) * 100, thresholds.cpu, 'cpu' in failures, `% of ${limits.cpus} CPU`),
    memory: weigh(memory, thresholds.memory, 'memory' in failures, `% of ${limits.memoryMb} MiB`),
  };
}

async function storage(
  { folder, settings: { thresholds }, failures }: Subject,
  signal: AbortSignal,
): Promise<Pick<Findings, 'disk' | 'logs'>> {
  try {
    const logs = (await bytesBelow(join(folder, 'logs'), signal)) / 1024 / 1024;
    return {
      disk: weigh(await diskInUse(folder), thresholds.disk, 'disk' in failures, '% of the disk'),
      logs: weigh(logs, thresholds.logs, 'logs' in failures, 'MB of logs'),
    };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    const finding =
      code === 'ENOENT' ? fail('its folder is not there') : unknown(`cannot be read (${code ?? 'fault'})`);
    return { disk: finding, logs: unknown(finding.detail) };
  }
}
