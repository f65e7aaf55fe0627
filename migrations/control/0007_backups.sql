-- Backups of stores. A row outlives its store, and so does the file: no foreign key.
CREATE TABLE backups (
  seq                 bigint GENERATED ALWAYS AS IDENTITY,
  id                  text PRIMARY KEY,
  tenant_id           uuid NOT NULL,
  store               text NOT NULL,
  gateway             text NOT NULL,
  -- The operation that made it, and at which attempt; what is done again after a crash finds the same row.
  operation_id        text NOT NULL,
  attempt             integer NOT NULL,
  reason              text NOT NULL,
  state               text NOT NULL CHECK (state IN ('making', 'made', 'verified', 'failed', 'pruned')),
  file                text NOT NULL,
  -- The password that it was made with, sealed: passwords change, and stores go.
  password_sealed     text NOT NULL,
  -- Absolute path; null when there is none (any more).
  local_path          text,
  local_verified_at   timestamptz,
  -- A path, or s3://bucket/key.
  offsite_place       text,
  offsite_state       text NOT NULL DEFAULT 'none' CHECK (offsite_state IN ('none', 'wanted', 'verified', 'failed', 'pruned')),
  offsite_verified_at timestamptz,
  offsite_error       text,
  size                bigint,
  sha256              text,
  dump_size           bigint,
  -- Rows by table, counted in the snapshot of the dump.
  row_counts          jsonb,
  migration           text,
  postgres            text,
  image               text NOT NULL,
  error_code          text,
  error_message       text,
  started_at          timestamptz NOT NULL,
  finished_at         timestamptz,
  pruned_at           timestamptz,
  CONSTRAINT backups_one_per_attempt UNIQUE (operation_id, attempt),
  CONSTRAINT backups_one_file UNIQUE (tenant_id, file)
);
CREATE UNIQUE INDEX backups_seq ON backups (seq);
CREATE INDEX backups_by_tenant ON backups (tenant_id, seq);
CREATE INDEX backups_by_store ON backups (store, seq);

-- Stores whose turn has come. Jobs only write here, so that a busy store is not forgotten.
CREATE TABLE backup_requests (
  tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  due_at    timestamptz NOT NULL
);
