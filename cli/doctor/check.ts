import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../kernel/errors.ts';

export type Finding = {
  status: 'ok' | 'warning' | 'broken';
  /** What was found. */
  detail: string;
  /** How to fix it. */
  remedy?: string;
};

export type Check = { name: string; run(): Promise<Finding> };

export type Result = Finding & { name: string };

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const warning = (detail: string, remedy: string): Finding => ({ status: 'warning', detail, remedy });
export const broken = (detail: string, remedy: string): Finding => ({ status: 'broken', detail, remedy });

/** Runs a check for at most `withinMs`. One that takes longer, or fails itself, is a finding too. */
export async function bounded(check: Check, withinMs: number): Promise<Result> {
  const done = new AbortController();
  const late = delay(
    withinMs,
    broken(`no result within ${withinMs / 1000} s`, 'Look at the load of this machine, and at the network.'),
    {
      signal: done.signal,
    },
  );
  try {
    return { name: check.name, ...(await Promise.race([check.run(), late])) };
  } catch (error) {
    return { name: check.name, ...broken(errorMessage(error), 'This check itself failed; the message says why.') };
  } finally {
    done.abort();
    await late.catch(() => undefined);
  }
}
