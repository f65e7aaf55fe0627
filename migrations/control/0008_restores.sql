-- Databases beside those of the stores: what a restore or a drill is loaded into, and what a restore put out of the way.
CREATE TABLE side_databases (
  name         text PRIMARY KEY,
  -- It outlives its store.
  tenant_id    uuid NOT NULL,
  store        text NOT NULL,
  purpose      text NOT NULL CHECK (purpose IN ('restore', 'drill', 'kept')),
  operation_id text NOT NULL,
  made_at      timestamptz NOT NULL,
  -- When it may be dropped; null for one that goes with its operation.
  drop_after   timestamptz
);
CREATE INDEX side_databases_by_tenant ON side_databases (tenant_id);

-- Backups that were restored into a scratch database and counted.
CREATE TABLE drills (
  operation_id text PRIMARY KEY,
  tenant_id    uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  store        text NOT NULL,
  backup_id    text NOT NULL REFERENCES backups,
  result       text NOT NULL CHECK (result IN ('passed', 'failed')),
  detail       text NOT NULL,
  rows         bigint,
  seconds      double precision NOT NULL,
  at           timestamptz NOT NULL
);
CREATE INDEX drills_by_tenant ON drills (tenant_id, at);

-- Stores whose turn to be drilled has come.
CREATE TABLE drill_requests (
  tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  due_at    timestamptz NOT NULL
);
