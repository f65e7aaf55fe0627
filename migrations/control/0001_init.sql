-- The control plane's own database. Intent stands beside observation; operations are rows, jobs only wake their worker.

CREATE TABLE tenants (
  id                  uuid PRIMARY KEY,
  store               text NOT NULL CONSTRAINT tenants_store_key UNIQUE CHECK (store ~ '^[a-z][a-z0-9-]{1,30}$'),
  gateway             text NOT NULL,
  -- intent
  store_name          text NOT NULL,
  driver              text NOT NULL,
  image               text NOT NULL,
  mode                text NOT NULL CHECK (mode IN ('auto', 'polling', 'webhook')),
  desired_state       text NOT NULL CHECK (desired_state IN ('running', 'stopped', 'suspended', 'removed')),
  admin_ids           bigint[] NOT NULL,
  owner_ids           bigint[] NOT NULL,
  pakasir_slug        text NOT NULL,
  memory_mb           integer NOT NULL,
  cpus                double precision NOT NULL,
  pids                integer NOT NULL,
  env                 jsonb NOT NULL,
  bot_id              bigint NOT NULL CONSTRAINT tenants_bot_id_key UNIQUE,
  bot_username        text NOT NULL,
  generation          integer NOT NULL,
  revision            integer NOT NULL,
  paused              boolean NOT NULL DEFAULT false,
  provisioned_at      timestamptz,
  -- what people see
  state               text NOT NULL,
  reason              text,
  -- observation
  observed_state      text NOT NULL DEFAULT 'missing',
  observed_generation integer,
  observed_healthy    boolean,
  observed_id         text,
  observed_at         timestamptz,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL
);
CREATE INDEX tenants_state ON tenants (state);

-- Sealed with AES-256-GCM under the master key; bound to tenant and name.
CREATE TABLE tenant_secrets (
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  name      text NOT NULL,
  sealed    text NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE ports (
  port      integer PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  purpose   text NOT NULL CHECK (purpose IN ('telegram', 'pakasir')),
  CONSTRAINT ports_one_of_each UNIQUE (tenant_id, purpose)
);

-- An operation outlives its tenant, so that a removal can be read afterwards: no foreign key.
CREATE TABLE operations (
  seq              bigint GENERATED ALWAYS AS IDENTITY,
  id               text PRIMARY KEY,
  tenant_id        uuid NOT NULL,
  store            text NOT NULL,
  kind             text NOT NULL,
  state            text NOT NULL CHECK (state IN ('scheduled', 'running', 'succeeded', 'failed', 'cancelled')),
  params           jsonb NOT NULL,
  error_code       text,
  error_message    text,
  attempt          integer NOT NULL DEFAULT 1,
  requested_by     text NOT NULL,
  cancel_requested boolean NOT NULL DEFAULT false,
  lease_owner      text,
  lease_until      timestamptz,
  event_sequence   integer NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  started_at       timestamptz,
  finished_at      timestamptz
);
CREATE UNIQUE INDEX operations_one_at_a_time ON operations (tenant_id) WHERE state IN ('scheduled', 'running');
CREATE INDEX operations_waiting ON operations (seq) WHERE state IN ('scheduled', 'running');
CREATE UNIQUE INDEX operations_seq ON operations (seq);
CREATE INDEX operations_by_store ON operations (store, seq);

CREATE TABLE operation_steps (
  operation_id text NOT NULL REFERENCES operations ON DELETE CASCADE,
  position     integer NOT NULL,
  name         text NOT NULL,
  state        text NOT NULL CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'skipped')),
  detail       text,
  error        text,
  started_at   timestamptz,
  finished_at  timestamptz,
  PRIMARY KEY (operation_id, position)
);

CREATE TABLE operation_events (
  operation_id text NOT NULL REFERENCES operations ON DELETE CASCADE,
  sequence     integer NOT NULL,
  operation    jsonb NOT NULL,
  PRIMARY KEY (operation_id, sequence)
);

CREATE TABLE api_keys (
  id           text PRIMARY KEY,
  name         text NOT NULL,
  scope        text NOT NULL CHECK (scope IN ('viewer', 'operator', 'admin')),
  hash         text NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

-- Written in the transaction of the effect: an answer is here if and only if its effect happened.
CREATE TABLE idempotency_keys (
  api_key_id   text NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  key          text NOT NULL,
  request_hash text NOT NULL,
  status       integer NOT NULL,
  body_sealed  text NOT NULL,
  created_at   timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (api_key_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE audit_log (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,
  action     text NOT NULL,
  target     text NOT NULL,
  before     jsonb,
  after      jsonb,
  result     text NOT NULL,
  request_id text
);
CREATE INDEX audit_log_target ON audit_log (target, id);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
-- ALWAYS: also where session_replication_role would silence ordinary triggers.
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
