import { z } from 'zod';
import { KeyName } from './platform.ts';

export const OPERATION_KINDS = [
  'provision',
  'start',
  'stop',
  'restart',
  'remove',
  'configure',
  'upgrade',
  'suspend',
  'resume',
  'backup',
  'verify-backup',
  'prune-backups',
  'clone',
  'restore',
  'drill',
  'rehearse',
  'move',
] as const;
export const OperationKind = z.enum(OPERATION_KINDS);
export type OperationKind = z.infer<typeof OperationKind>;

export const OPERATION_STATES = ['scheduled', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const OperationState = z.enum(OPERATION_STATES);
export type OperationState = z.infer<typeof OperationState>;

export const STEP_STATES = ['pending', 'running', 'succeeded', 'failed', 'skipped'] as const;

/** What a step of a rehearsal found: its detail begins with one of these and a colon. Such a step succeeds in every case. */
export const REHEARSAL_RESULTS = ['ok', 'warning', 'failed', 'left out'] as const;

export const OperationStep = z.object({
  name: z.string(),
  state: z.enum(STEP_STATES),
  /** What the step did or waits for, in a few words. */
  detail: z.string().nullable(),
  error: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type OperationStep = z.infer<typeof OperationStep>;

export const Operation = z.object({
  id: z.string(),
  store: z.string(),
  kind: OperationKind,
  state: OperationState,
  /** Code and sentence of the fault that ended it. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  attempt: z.number(),
  requestedBy: z.string(),
  requestedByName: KeyName,
  steps: z.array(OperationStep),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type Operation = z.infer<typeof Operation>;

export const ListOperationsQuery = z.strictObject({
  store: z.string().max(32).optional(),
  state: OperationState.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const OperationPage = z.object({ operations: z.array(Operation), nextCursor: z.string().nullable() });

export const OperationAccepted = z.object({ operation: Operation });

/**
 * One server-sent event of an operation: `event: operation`, `id:` its sequence number, `data:` the whole operation as it
 * was then. The stream replays what came after `Last-Event-ID` and ends after the event of a final state.
 */
export const OperationEvent = z.object({ sequence: z.number(), operation: Operation });
export type OperationEvent = z.infer<typeof OperationEvent>;

export const FINAL_STATES: readonly OperationState[] = ['succeeded', 'failed', 'cancelled'];
