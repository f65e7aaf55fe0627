-- What people see change. Triggers write into fleet_changes within the transaction of the change. A reader moves them to
-- fleet_events and numbers them there, one reading at a time: a number is never seen before a smaller one.
CREATE TABLE fleet_changes (
  seq   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind  text NOT NULL,
  -- Of a tenant its slug, else the id of what changed.
  id    text NOT NULL,
  store text,
  at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE fleet_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind     text NOT NULL,
  id       text NOT NULL,
  store    text,
  at       timestamptz NOT NULL
);

-- Its arguments: the kind, the column with the id, and, where there is one, the column with the store.
CREATE FUNCTION fleet_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := to_jsonb(OLD); ELSE changed := to_jsonb(NEW); END IF;
  INSERT INTO public.fleet_changes (kind, id, store) VALUES (TG_ARGV[0], changed ->> TG_ARGV[1], changed ->> TG_ARGV[2]);
  RETURN NULL;
END
$$;

CREATE TRIGGER fleet_tenant_comes_or_goes AFTER INSERT OR DELETE ON tenants
  FOR EACH ROW EXECUTE FUNCTION fleet_event('tenant', 'store', 'store');
-- Not when it was merely looked at: health_at, observed_at and unsettled_since change without anything that people see.
CREATE TRIGGER fleet_tenant_changes AFTER UPDATE ON tenants FOR EACH ROW
  WHEN ((OLD.store_name, OLD.image, OLD.image_id, OLD.mode, OLD.desired_state, OLD.admin_ids, OLD.owner_ids, OLD.pakasir_slug,
         OLD.memory_mb, OLD.cpus, OLD.pids, OLD.env, OLD.bot_id, OLD.bot_username, OLD.generation, OLD.revision, OLD.paused,
         OLD.state, OLD.reason, OLD.paid_until, OLD.suspended_for, OLD.suspended_reason, OLD.observed_state,
         OLD.observed_generation, OLD.observed_healthy, OLD.observed_id, OLD.health_ok, OLD.health_reason)
    IS DISTINCT FROM
        (NEW.store_name, NEW.image, NEW.image_id, NEW.mode, NEW.desired_state, NEW.admin_ids, NEW.owner_ids, NEW.pakasir_slug,
         NEW.memory_mb, NEW.cpus, NEW.pids, NEW.env, NEW.bot_id, NEW.bot_username, NEW.generation, NEW.revision, NEW.paused,
         NEW.state, NEW.reason, NEW.paid_until, NEW.suspended_for, NEW.suspended_reason, NEW.observed_state,
         NEW.observed_generation, NEW.observed_healthy, NEW.observed_id, NEW.health_ok, NEW.health_reason))
  EXECUTE FUNCTION fleet_event('tenant', 'store', 'store');

CREATE TRIGGER fleet_operation_comes AFTER INSERT ON operations
  FOR EACH ROW EXECUTE FUNCTION fleet_event('operation', 'id', 'store');
-- event_sequence grows with each change of its steps.
CREATE TRIGGER fleet_operation_changes AFTER UPDATE ON operations FOR EACH ROW
  WHEN ((OLD.state, OLD.event_sequence, OLD.cancel_requested) IS DISTINCT FROM (NEW.state, NEW.event_sequence, NEW.cancel_requested))
  EXECUTE FUNCTION fleet_event('operation', 'id', 'store');

CREATE TRIGGER fleet_incident_comes AFTER INSERT ON incidents
  FOR EACH ROW EXECUTE FUNCTION fleet_event('incident', 'id', 'store');
CREATE TRIGGER fleet_incident_changes AFTER UPDATE ON incidents FOR EACH ROW
  WHEN ((OLD.severity, OLD.detail, OLD.closed_at, OLD.acknowledged_at, OLD.acknowledged_by, OLD.let_go)
    IS DISTINCT FROM (NEW.severity, NEW.detail, NEW.closed_at, NEW.acknowledged_at, NEW.acknowledged_by, NEW.let_go))
  EXECUTE FUNCTION fleet_event('incident', 'id', 'store');

CREATE TRIGGER fleet_backup_comes AFTER INSERT ON backups
  FOR EACH ROW EXECUTE FUNCTION fleet_event('backup', 'id', 'store');
CREATE TRIGGER fleet_backup_changes AFTER UPDATE ON backups FOR EACH ROW
  WHEN ((OLD.state, OLD.size, OLD.local_path, OLD.local_verified_at, OLD.offsite_place, OLD.offsite_state, OLD.error_code)
    IS DISTINCT FROM
        (NEW.state, NEW.size, NEW.local_path, NEW.local_verified_at, NEW.offsite_place, NEW.offsite_state, NEW.error_code))
  EXECUTE FUNCTION fleet_event('backup', 'id', 'store');

CREATE TRIGGER fleet_drill AFTER INSERT OR UPDATE ON drills
  FOR EACH ROW EXECUTE FUNCTION fleet_event('drill', 'operation_id', 'store');

-- Failures that the summary counts, without those of years.
CREATE INDEX operations_failed ON operations (finished_at) WHERE state = 'failed';
-- The newest verified backup of each store.
CREATE INDEX backups_verified ON backups (tenant_id, seq) WHERE state = 'verified';
