-- How much each store reported on a day (UTC). A store has a budget of bytes a day, so that none of them fills the database of
-- all; what came on top was counted and not kept.
CREATE TABLE report_usage (
  tenant_id     uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  day           date NOT NULL,
  bytes         bigint NOT NULL DEFAULT 0,
  dropped       bigint NOT NULL DEFAULT 0,
  dropped_bytes bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, day)
);
