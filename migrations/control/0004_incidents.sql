-- What the owners of this control plane are woken by: one row from its beginning to its end, told once at either.
CREATE TABLE incidents (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What it is about; while it is open, what happens again is the same incident.
  key             text NOT NULL,
  kind            text NOT NULL,
  severity        text NOT NULL CHECK (severity IN ('info', 'warn', 'error', 'fatal')),
  -- It outlives its store, so that it can be read afterwards.
  tenant_id       uuid REFERENCES tenants ON DELETE SET NULL,
  store           text,
  detail          text NOT NULL,
  opened_at       timestamptz NOT NULL,
  -- Equal to opened_at for something that happened and has no end.
  closed_at       timestamptz,
  -- When it was last seen, and how often.
  seen_at         timestamptz NOT NULL,
  seen            integer NOT NULL DEFAULT 1,
  acknowledged_at timestamptz,
  acknowledged_by text
);
CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_store ON incidents (store, id);
CREATE INDEX incidents_opened_at ON incidents (opened_at);

ALTER TABLE owner_messages ADD COLUMN incident_id bigint REFERENCES incidents ON DELETE CASCADE;
-- Of the control plane as a whole: no store.
ALTER TABLE owner_messages ALTER COLUMN store_name DROP NOT NULL;
