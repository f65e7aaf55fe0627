-- Shards that come, drain and go are told as the rest of the fleet is.
CREATE TRIGGER fleet_shard_comes_or_goes AFTER INSERT OR DELETE ON shards
  FOR EACH ROW EXECUTE FUNCTION fleet_event('shard', 'name');
CREATE TRIGGER fleet_shard_changes AFTER UPDATE ON shards FOR EACH ROW
  WHEN ((OLD.state, OLD.capacity, OLD.draining_since) IS DISTINCT FROM (NEW.state, NEW.capacity, NEW.draining_since))
  EXECUTE FUNCTION fleet_event('shard', 'name');
