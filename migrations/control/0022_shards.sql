-- Processes that host many stores each, and which stores are in them.
CREATE TABLE shards (
  id             uuid PRIMARY KEY,
  name           text NOT NULL UNIQUE CHECK (name ~ '^shard-[1-9][0-9]{0,5}$'),
  -- One that drains takes no new stores, and goes once it has none.
  state          text NOT NULL CHECK (state IN ('active', 'draining')),
  -- Most stores that it takes.
  capacity       integer NOT NULL CHECK (capacity > 0),
  -- What the control plane shows to it. Made anew when no key opens it any more.
  token_sealed   text NOT NULL,
  created_at     timestamptz NOT NULL,
  -- Stores that failed to move since then stay until it is drained again; and on whose behalf they are moved.
  draining_since timestamptz,
  draining_for   text,
  draining_scope text,
  CONSTRAINT shards_draining CHECK ((state = 'draining') = (draining_since IS NOT NULL AND draining_for IS NOT NULL AND draining_scope IS NOT NULL))
);

-- Which process a store runs in: one of its own, or a shard. A pooled store has no shard before it is placed.
ALTER TABLE tenants
  ADD COLUMN runtime text NOT NULL DEFAULT 'dedicated' CHECK (runtime IN ('dedicated', 'pooled')),
  ADD COLUMN shard text REFERENCES shards (name),
  ADD CONSTRAINT tenants_shard_of_pooled CHECK (runtime = 'pooled' OR shard IS NULL);
CREATE INDEX tenants_shard ON tenants (shard) WHERE shard IS NOT NULL;

-- A port belongs to a store or to a shard.
ALTER TABLE ports
  ALTER COLUMN tenant_id DROP NOT NULL,
  ADD COLUMN shard_id uuid REFERENCES shards ON DELETE CASCADE,
  ADD CONSTRAINT ports_of_one CHECK (num_nonnulls(tenant_id, shard_id) = 1),
  ADD CONSTRAINT ports_one_of_each_for_shards UNIQUE (shard_id, purpose);
