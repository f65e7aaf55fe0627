import type { Queryable } from '../../../kernel/db.ts';
import { keyNameOf } from '../../api/auth/index.ts';
import type {
  BackupReason,
  Operation,
  OperationKind,
  OperationState,
  TenantRuntime,
  TenantState,
} from '../../api/contract/index.ts';

export type OperationParams = {
  /** `remove`: destroy instead of keeping aside. */
  purge?: boolean;
  /** `remove`, `restore` and `upgrade`: take no backup first. */
  withoutBackup?: boolean;
  /** `backup`: what it is for. */
  reason?: BackupReason;
  /** `verify-backup`, `restore` and `drill`: which. */
  backupId?: string;
  /** `upgrade`: the image to go to. */
  image?: string;
  /** `move`: what of process the store is to have. */
  runtime?: TenantRuntime;
  /** Desired state and state before this operation; a cancelled one goes back to them. */
  previousDesiredState?: 'running' | 'stopped' | 'suspended' | 'removed';
  previousState?: TenantState;
  previousSuspension?: {
    for: 'operator' | 'rent' | null;
    reason: string | null;
    resumesTo: 'running' | 'stopped' | null;
  };
  /** `clone`: id of the tenant that it is a copy of. */
  cloneOf?: string;
  /** `suspend`: on whose account, and why. */
  suspension?: { for: 'operator' | 'rent'; reason: string | null };
};

export type StepRow = {
  name: string;
  state: Operation['steps'][number]['state'];
  detail: string | null;
  error: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  /** How often the process ended while it was at this place of the step. */
  process_ends: number;
  /** What the step found, for programs; of one that runs, what it has to remember. */
  data: object | null;
};

export type OperationRow = {
  seq: number;
  id: string;
  tenant_id: string;
  store: string;
  kind: OperationKind;
  state: OperationState;
  params: OperationParams;
  error_code: string | null;
  error_message: string | null;
  attempt: number;
  requested_by: string;
  requested_by_name: string | null;
  cancel_requested: boolean;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  steps: StepRow[];
};

/** Steps come as JSON, whose times are text. */
type RawOperation = Omit<OperationRow, 'steps'> & {
  steps: (Omit<StepRow, 'started_at' | 'finished_at'> & { started_at: string | null; finished_at: string | null })[];
};

const SELECT = `
  SELECT o.seq, o.id, o.tenant_id, o.store, o.kind, o.state, o.params, o.error_code, o.error_message, o.attempt,
         o.requested_by, ${keyNameOf('o.requested_by')} AS requested_by_name, o.cancel_requested, o.created_at, o.started_at, o.finished_at,
         coalesce((SELECT json_agg(json_build_object('name', s.name, 'state', s.state, 'detail', s.detail,
           'error', s.error, 'started_at', s.started_at, 'finished_at', s.finished_at, 'data', s.data,
           'process_ends', s.process_ends) ORDER BY s.position)
           FROM operation_steps s WHERE s.operation_id = o.id), '[]') AS steps
  FROM operations o`;

function fromRaw(raw: RawOperation): OperationRow {
  const time = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...raw,
    steps: raw.steps.map((step) => ({
      ...step,
      started_at: time(step.started_at),
      finished_at: time(step.finished_at),
    })),
  };
}

export async function selectOperation(on: Queryable, id: string): Promise<OperationRow | undefined> {
  const [row] = await on.query<RawOperation>(`${SELECT} WHERE o.id = $1`, [id]);
  return row && fromRaw(row);
}

export async function selectOperations(
  on: Queryable,
  filter: { store: string | null; state: string | null; before: number | null; limit: number },
): Promise<OperationRow[]> {
  const rows = await on.query<RawOperation>(
    `${SELECT}
     WHERE ($1::text IS NULL OR o.store = $1) AND ($2::text IS NULL OR o.state = $2)
       AND ($3::bigint IS NULL OR o.seq < $3)
     ORDER BY o.seq DESC LIMIT $4`,
    [filter.store, filter.state, filter.before, filter.limit],
  );
  return rows.map(fromRaw);
}

/** The operation that holds the tenant now, if one does. */
export async function selectUnfinished(on: Queryable, tenantId: string): Promise<OperationRow | undefined> {
  const [row] = await on.query<RawOperation>(
    `${SELECT} WHERE o.tenant_id = $1 AND o.state IN ('scheduled', 'running')`,
    [tenantId],
  );
  return row && fromRaw(row);
}

export async function selectNewestId(on: Queryable, tenantId: string): Promise<string | undefined> {
  const [row] = await on.query<{ id: string }>(
    'SELECT id FROM operations WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1',
    [tenantId],
  );
  return row?.id;
}

export type NewOperation = Pick<
  OperationRow,
  'id' | 'tenant_id' | 'store' | 'kind' | 'params' | 'requested_by' | 'created_at'
>;

/** False, and nothing written, when another operation holds the tenant. Waits for one that is about to be committed. */
export async function insertOperation(on: Queryable, row: NewOperation, steps: readonly string[]): Promise<boolean> {
  const made = await on.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at)
     VALUES ($1, $2, $3, $4, 'scheduled', $5, $6, $7)
     ON CONFLICT (tenant_id) WHERE state IN ('scheduled', 'running') DO NOTHING RETURNING id`,
    [row.id, row.tenant_id, row.store, row.kind, row.params, row.requested_by, row.created_at],
  );
  if (made.length === 0) return false;
  await on.query(
    `INSERT INTO operation_steps (operation_id, position, name, state)
     SELECT $1, position, name, 'pending' FROM unnest($2::text[]) WITH ORDINALITY AS given (name, position)`,
    [row.id, steps],
  );
  return true;
}

/** Makes a finished operation wait for the worker again; steps that succeeded stay done. */
export async function rescheduleOperation(on: Queryable, id: string): Promise<void> {
  await on.query(
    `UPDATE operations SET state = 'scheduled', attempt = attempt + 1, error_code = NULL, error_message = NULL,
       cancel_requested = false, lease_owner = NULL, lease_until = NULL, started_at = NULL, finished_at = NULL
     WHERE id = $1`,
    [id],
  );
  await on.query(
    `UPDATE operation_steps SET state = 'pending', detail = NULL, error = NULL, started_at = NULL, finished_at = NULL,
       data = NULL, process_ends = 0, ended_while = NULL
     WHERE operation_id = $1 AND state NOT IN ('succeeded', 'skipped')`,
    [id],
  );
}

/** Makes an operation that was rolled back begin anew: its steps wait again, those of the rollback go. */
export async function forgetRollback(on: Queryable, id: string, rollbackSteps: readonly string[]): Promise<void> {
  await on.query('DELETE FROM operation_steps WHERE operation_id = $1 AND name = ANY($2)', [id, rollbackSteps]);
  await on.query("UPDATE operation_steps SET state = 'pending' WHERE operation_id = $1", [id]);
}

/** Locks the row of an operation until the transaction ends. */
export async function lockOperation(on: Queryable, id: string): Promise<boolean> {
  return (await on.query('SELECT 1 FROM operations WHERE id = $1 FOR UPDATE', [id])).length > 0;
}

export async function requestCancel(on: Queryable, id: string): Promise<void> {
  await on.query('UPDATE operations SET cancel_requested = true WHERE id = $1', [id]);
}

/** Ends an operation, whoever holds it. */
export async function finishOperation(
  on: Queryable,
  id: string,
  end: { state: OperationState; code: string | null; message: string | null; at: Date },
): Promise<void> {
  await on.query(
    `UPDATE operations SET state = $2, error_code = $3, error_message = $4, finished_at = $5,
       lease_owner = NULL, lease_until = NULL
     WHERE id = $1`,
    [id, end.state, end.code, end.message, end.at],
  );
}
