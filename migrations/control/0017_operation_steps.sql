-- What a step found, for programs: `detail` says it to people.
ALTER TABLE operation_steps ADD COLUMN IF NOT EXISTS data jsonb;

-- The backup within another operation was one step; now each of its steps is one of the operation. An unfinished one begins anew.
CREATE TEMPORARY TABLE backup_steps ON COMMIT DROP AS
SELECT s.* FROM operation_steps s JOIN operations o ON o.id = s.operation_id
WHERE s.name = 'backup' AND o.kind IN ('upgrade', 'restore', 'remove');

-- In two statements, since positions are unique at each moment.
UPDATE operation_steps s SET position = -(s.position + 3)
FROM backup_steps b WHERE s.operation_id = b.operation_id AND s.position > b.position;
UPDATE operation_steps SET position = -position WHERE position < 0;

DELETE FROM operation_steps s USING backup_steps b WHERE s.operation_id = b.operation_id AND s.position = b.position;

INSERT INTO operation_steps (operation_id, position, name, state, detail, error, started_at, finished_at)
SELECT b.operation_id, b.position + part.n, 'backup-' || part.name,
       CASE WHEN part.n = 0 OR b.state IN ('succeeded', 'skipped') THEN b.state ELSE 'pending' END,
       CASE WHEN part.n = 0 OR b.state IN ('succeeded', 'skipped') THEN b.detail END,
       CASE WHEN part.n = 0 THEN b.error END,
       CASE WHEN part.n = 0 OR b.state IN ('succeeded', 'skipped') THEN b.started_at END,
       CASE WHEN part.n = 0 OR b.state IN ('succeeded', 'skipped') THEN b.finished_at END
FROM backup_steps b CROSS JOIN (VALUES (0, 'dump'), (1, 'seal'), (2, 'verify'), (3, 'offsite')) AS part (n, name);
