import { AppError } from '../../../kernel/errors.ts';
import type { Step, StepContext, StepResult } from './workflow.ts';

/** The run of an operation was broken off from outside. */
export class Interrupted extends Error {
  readonly why: 'cancelled' | 'stopping' | 'lease-lost';

  constructor(why: Interrupted['why']) {
    super(`interrupted: ${why}`);
    this.why = why;
  }
}

/** What an aborted step has to come to a safe point. */
const GRACE_MS = 10_000;

/**
 * Runs one step until its deadline or until `signal` aborts with an Interrupted as its reason.
 * @throws Interrupted, AppError DEADLINE_EXCEEDED, or whatever the step throws
 */
export async function attempt(
  step: Step,
  context: Omit<StepContext, 'signal'>,
  signal: AbortSignal,
): Promise<StepResult> {
  const deadline = AbortSignal.timeout(step.timeoutSeconds * 1000);
  const both = AbortSignal.any([signal, deadline]);
  if (signal.aborted) throw signal.reason;
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const onAbort = () => setTimeout(() => reject(both.reason), GRACE_MS).unref();
  both.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([step.run({ ...context, signal: both }), givenUp]);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!deadline.aborted || error instanceof AppError) throw error;
    throw new AppError(
      'DEADLINE_EXCEEDED',
      `The step "${step.name}" was not done within ${step.timeoutSeconds} seconds.`,
      { cause: error },
    );
  } finally {
    both.removeEventListener('abort', onAbort);
  }
}
