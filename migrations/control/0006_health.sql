-- What each look at a store found; kept for 30 days.
CREATE TABLE health_checks (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  at          timestamptz NOT NULL,
  -- What it was made for: schedule, event, request, again.
  occasion    text NOT NULL,
  -- No check of it failed.
  ok          boolean NOT NULL,
  duration_ms integer NOT NULL,
  -- By name: {"result": "ok" | "fail" | "unknown", "detail": text}.
  checks      jsonb NOT NULL
);
CREATE INDEX health_checks_by_tenant ON health_checks (tenant_id, id);
CREATE INDEX health_checks_at ON health_checks (at);

-- What the next look must know of the ones before it.
CREATE TABLE tenant_health (
  tenant_id  uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  -- Failures in a row, by check; a check that is well is left out.
  failures   jsonb NOT NULL DEFAULT '{}',
  -- The driver's count of restarts when it was last looked at.
  restarts   integer NOT NULL DEFAULT 0,
  -- Crashes in a row, and the last of them.
  crashes    integer NOT NULL DEFAULT 0,
  crashed_at timestamptz
);

-- The last verdict stands beside the other observations: the reconciler takes it into account.
ALTER TABLE tenants ADD COLUMN health_at timestamptz;
ALTER TABLE tenants ADD COLUMN health_ok boolean;
-- What is wrong beyond what the driver and the runtime's readiness tell; null when nothing is.
ALTER TABLE tenants ADD COLUMN health_reason text;

-- An incident that ended because its store was stopped or closed, not because it was mended.
ALTER TABLE incidents ADD COLUMN let_go boolean NOT NULL DEFAULT false;
