import { withDeadline } from '../../../kernel/deadline.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Running, Step, StepResult } from './workflow.ts';

/** The run of an operation was broken off from outside. */
export class Interrupted extends Error {
  readonly why: 'cancelled' | 'stopping' | 'lease-lost';

  constructor(why: Interrupted['why']) {
    super(`interrupted: ${why}`);
    this.why = why;
  }
}

/** How often one run may go back to an earlier step before it counts as failed. */
const MOST_DETOURS = 5;

/** @throws AppError INTERNAL when a run went back to earlier steps too often */
export function assertNotAstray(detours: number, backTo: string): void {
  if (detours > MOST_DETOURS) {
    throw new AppError('INTERNAL', `It had to go back to the step ${backTo} too often.`);
  }
}

/** What an aborted step has to come to a safe point. */
const GRACE_MS = 10_000;

/**
 * Runs one step until its deadline or until `signal` aborts with an Interrupted as its reason.
 * @throws Interrupted, AppError DEADLINE_EXCEEDED, or whatever the step throws
 */
export function attempt<C extends Running>(
  step: Step<C>,
  context: Omit<C, 'signal'>,
  signal: AbortSignal,
): Promise<StepResult> {
  const run = (ended: AbortSignal) => step.run({ ...context, signal: ended } as C);
  return withDeadline(step.timeoutSeconds * 1000, `The step "${step.name}"`, run, signal, GRACE_MS);
}

/**
 * Runs steps of which no rows are kept: those within a step of an operation, or of a program of its own. After a crash all of
 * them run again, and what is done already is found done.
 * @returns what the last one did
 * @throws as `attempt` does
 */
export async function runSteps<C extends Running>(steps: readonly Step<C>[], context: C): Promise<StepResult> {
  let result: StepResult = {};
  let detours = 0;
  for (let at = 0; at < steps.length; ) {
    const step = steps[at] as Step<C>;
    await context.progress(step.name);
    result = await attempt(step, context, context.signal);
    const { backTo } = result;
    if (backTo !== undefined) assertNotAstray(++detours, backTo);
    at = backTo === undefined ? at + 1 : steps.findIndex(({ name }) => name === backTo);
  }
  return result;
}
