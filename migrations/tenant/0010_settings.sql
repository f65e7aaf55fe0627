-- Settings of the store that are one value each, where they differ from what the shop came with.
CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_by bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
