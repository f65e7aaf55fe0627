import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../../../../kernel/clock.ts';
import { errorMessage } from '../../../../kernel/errors.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Mutex } from '../../../../kernel/mutex.ts';
import type { DriverEvent } from '../driver.ts';
import { type Backoff, delayAfter, nextStreak } from './backoff.ts';
import { isAlive, type ProcessIdentity, startOf } from './identity.ts';
import { type LaunchOptions, launch } from './launch.ts';
import { outputFile, readLines } from './log-file.ts';
import type { Records, TenantRecord } from './record.ts';
import { terminate } from './terminate.ts';

type Ending = { code: number | null; signal?: string };

/** One store in the memory of this process. */
export type Tenant = {
  record: TenantRecord;
  /** How our own child ended or will; an adopted process tells nobody its exit code. */
  ending?: Promise<Ending>;
  restart?: NodeJS.Timeout;
  /** Looks in a row that found it above its memory limit. */
  overMemory: number;
};

export type SupervisorDeps = {
  records: Records;
  launch: LaunchOptions;
  backoff: Backoff;
  clock: Clock;
  log: Log;
  serial: Mutex<string>;
  failpoint: Failpoint;
  publish(event: DriverEvent): void;
  /** True once the driver was closed: nothing is started any more. */
  closed(): boolean;
};

export type Supervisor = ReturnType<typeof createSupervisor>;

/** Starts, ends and restarts the process of one store. The caller holds the store's turn in `serial`. */
export function createSupervisor(deps: SupervisorDeps) {
  const { records, backoff, clock, log, serial, failpoint, publish } = deps;

  async function start(tenant: Tenant): Promise<void> {
    const { record } = tenant;
    clearTimeout(tenant.restart);
    // First the intent, then the process: whoever finds the record after a crash looks for the process by its mark.
    record.intent = 'running';
    delete record.notBefore;
    await records.save(record);
    failpoint('process:intended');
    const child = await launch(record, deps.launch);
    failpoint('process:spawned');
    const ending = endOf(child);
    const pid = child.pid!;
    // One that has died already has no start; it is recorded with none, and found dead.
    const identity = { pid, started: (await startOf(pid)) ?? 'never seen alive' };
    await keep(tenant, identity, ending);
    failpoint('process:recorded');
    log.info({ store: record.store, pid }, 'store process started');
    publish({ store: record.store, kind: 'started', at: clock.now() });
  }

  async function keep(tenant: Tenant, identity: ProcessIdentity, ending?: Promise<Ending>): Promise<void> {
    const { record } = tenant;
    tenant.ending = ending;
    tenant.overMemory = 0;
    record.process = { ...identity, at: clock.now() };
    await records.save(record);
    const { store } = record;
    ending?.then(() => serial.run(store, () => reap(tenant, identity))).catch(report(store));
  }

  /** Records that a process is gone, and when the next one starts. Does nothing when it was recorded already. */
  async function reap(tenant: Tenant, identity: ProcessIdentity, why: { outOfMemory?: boolean } = {}): Promise<void> {
    const { record } = tenant;
    if (deps.closed() || record.process?.started !== identity.started || record.process.pid !== identity.pid) return;
    const ran = clock.now().getTime() - record.process.at.getTime();
    await recordEnd(tenant, why.outOfMemory ?? false);
    if (record.intent === 'running') {
      record.streak = nextStreak(record.streak, ran, backoff);
      const delay = delayAfter(record.streak, backoff);
      record.notBefore = new Date(clock.now().getTime() + delay);
      schedule(tenant, delay);
      log.warn({ store: record.store, exit: record.exit, delay }, 'store process ended; it will be started again');
    }
    await records.save(record);
    publish({ store: record.store, kind: 'exited', at: record.exit?.at ?? clock.now() });
  }

  async function recordEnd(tenant: Tenant, outOfMemory: boolean): Promise<void> {
    const { record } = tenant;
    const ending = (await tenant.ending) ?? { code: null };
    const heapFull = ending.signal === 'SIGABRT' && (await saysHeapIsFull(record.folder));
    record.exit = { ...ending, outOfMemory: outOfMemory || heapFull, at: clock.now() };
    delete record.process;
    delete tenant.ending;
  }

  function schedule(tenant: Tenant, delayMs: number): void {
    clearTimeout(tenant.restart);
    const { store } = tenant.record;
    tenant.restart = setTimeout(() => {
      serial.run(store, () => restart(tenant)).catch(report(store));
    }, delayMs).unref();
  }

  async function restart(tenant: Tenant): Promise<void> {
    const { record } = tenant;
    if (deps.closed() || record.intent !== 'running' || record.process) return;
    record.restarts += 1;
    try {
      await start(tenant);
    } catch (error) {
      record.streak += 1;
      const delay = delayAfter(record.streak, backoff);
      log.error({ store: record.store, err: error, delay }, 'a store process could not be started; trying again');
      schedule(tenant, delay);
    }
  }

  /** Ends the process for good; the intent is on disk before the signal, so that a crash in between ends it later. */
  async function halt(tenant: Tenant, graceMs: number): Promise<void> {
    const { record } = tenant;
    clearTimeout(tenant.restart);
    record.intent = 'stopped';
    record.streak = 0;
    delete record.notBefore;
    await records.save(record);
    if (!record.process) return;
    failpoint('process:stopping');
    await terminate(record.process, graceMs);
    await recordEnd(tenant, false);
    await records.save(record);
    publish({ store: record.store, kind: 'exited', at: clock.now() });
  }

  /** Ends a process that takes more memory than it may; the back-off starts it again. */
  async function endForMemory(tenant: Tenant, graceMs: number): Promise<void> {
    const identity = tenant.record.process;
    if (deps.closed() || !identity || !(await isAlive(identity))) return;
    log.error({ store: tenant.record.store, memoryMb: tenant.record.memoryMb }, 'store is above its memory limit');
    await terminate(identity, graceMs);
    await reap(tenant, identity, { outOfMemory: true });
  }

  function report(store: string): (error: unknown) => void {
    return (error) => log.error({ store, err: error, reason: errorMessage(error) }, 'supervising a store failed');
  }

  return { start, keep, reap, schedule, halt, endForMemory, report };
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, ...(signal ? { signal } : {}) }));
  });
}

async function saysHeapIsFull(folder: string): Promise<boolean> {
  for await (const line of readLines(outputFile(folder), { tail: 60 }, () => true)) {
    if (line.includes('JavaScript heap out of memory')) return true;
  }
  return false;
}
