-- What the shop's people set (templates, terms, categories, products' settings, vouchers), as it was at a time. The same
-- content is stored once, however many snapshots hold it.
CREATE TABLE configuration_contents (
  -- SHA-256 of the content, in hex.
  hash text PRIMARY KEY,
  content jsonb NOT NULL
);

CREATE TABLE configuration_snapshots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  -- Automatic ones are kept before each change, and the oldest go; manual ones stay.
  kind text NOT NULL CHECK (kind IN ('automatic', 'manual')),
  -- The change that was about to be made, in the words that the owners read; empty for manual ones.
  reason text NOT NULL,
  actor_id bigint NOT NULL,
  content_hash text NOT NULL REFERENCES configuration_contents (hash)
);
CREATE INDEX configuration_snapshots_by_content ON configuration_snapshots (content_hash);
CREATE INDEX configuration_snapshots_automatic ON configuration_snapshots (id DESC) WHERE kind = 'automatic';

-- Owners read the audit log by room: the first word of the action.
CREATE INDEX audit_log_by_room ON audit_log (split_part(action, '.', 1), id DESC);
