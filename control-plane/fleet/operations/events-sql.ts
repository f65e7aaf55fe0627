import type { Queryable } from '../../../kernel/db.ts';
import type { Operation } from '../../api/contract/index.ts';

/** Appends the operation as it is now to its events; the row's lock orders them. */
export async function insertEvent(on: Queryable, id: string, operation: Operation): Promise<void> {
  await on.query(
    `WITH next AS (UPDATE operations SET event_sequence = event_sequence + 1 WHERE id = $1 RETURNING event_sequence)
     INSERT INTO operation_events (operation_id, sequence, operation) SELECT $1, event_sequence, $2 FROM next`,
    [id, JSON.stringify(operation)],
  );
}

export async function selectEvents(
  on: Queryable,
  id: string,
  after: number,
): Promise<{ sequence: number; operation: Operation }[]> {
  return on.query(
    'SELECT sequence, operation FROM operation_events WHERE operation_id = $1 AND sequence > $2 ORDER BY sequence LIMIT 200',
    [id, after],
  );
}

/** Forgets how operations that ended before a time got there; the last event of each stays, for whoever asks again. */
export async function deleteProgressBefore(on: Queryable, time: Date): Promise<void> {
  await on.query(
    `DELETE FROM operation_events e USING operations o
      WHERE o.id = e.operation_id AND o.finished_at < $1 AND e.sequence < o.event_sequence`,
    [time],
  );
}
