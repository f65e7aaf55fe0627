-- What a store was before an operation changed it: what a rollback brings back. A row lives as long as its operation runs.
CREATE TABLE operation_snapshots (
  operation_id text PRIMARY KEY REFERENCES operations ON DELETE CASCADE,
  tenant_id    uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  -- Columns of the tenant's intent, by name.
  intent       jsonb NOT NULL,
  -- Its secrets by name, sealed as they were.
  sealed       jsonb NOT NULL,
  taken_at     timestamptz NOT NULL
);

-- Content that the image's name stood for when the store was upgraded; NULL for whatever the name stands for.
ALTER TABLE tenants ADD COLUMN image_id text;
