import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../kernel/errors.ts';

export type Finding = {
  status: 'ok' | 'warning' | 'broken';
  /** What was found. */
  detail: string;
  /** How to fix it. */
  mend?: string;
};

export type Check = { name: string; run(): Promise<Finding> };

export type Result = Finding & { name: string };

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const warning = (detail: string, mend: string): Finding => ({ status: 'warning', detail, mend });
export const broken = (detail: string, mend: string): Finding => ({ status: 'broken', detail, mend });

/** Looks for at most `withinMs`. A check that takes longer, or fails itself, is a finding too. */
export async function bounded(check: Check, withinMs: number): Promise<Result> {
  const patience = new AbortController();
  const late = delay(
    withinMs,
    broken(`no result within ${withinMs / 1000} s`, 'Look at the load of this machine, and at the network.'),
    {
      signal: patience.signal,
    },
  );
  try {
    return { name: check.name, ...(await Promise.race([check.run(), late])) };
  } catch (error) {
    return { name: check.name, ...broken(errorMessage(error), 'This check itself failed; the message says why.') };
  } finally {
    patience.abort();
    await late.catch(() => undefined);
  }
}
