import type { Operation } from '../../api/contract/index.ts';
import type { OperationRow } from './sql.ts';

const time = (date: Date | null) => date?.toISOString() ?? null;

/** The operation as the API shows it. */
export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    store: row.store,
    kind: row.kind,
    state: row.state,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    attempt: row.attempt,
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name,
    steps: row.steps.map((step) => ({
      name: step.name,
      state: step.state,
      detail: step.detail,
      error: step.error,
      startedAt: time(step.started_at),
      finishedAt: time(step.finished_at),
    })),
    createdAt: row.created_at.toISOString(),
    startedAt: time(row.started_at),
    finishedAt: time(row.finished_at),
  };
}
