-- What the stores reported for their owners; a store sends an event again until it was taken.
CREATE TABLE tenant_events (
  seq         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant_id   uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  id          uuid NOT NULL,
  kind        text NOT NULL,
  severity    text NOT NULL CHECK (severity IN ('info', 'warn', 'error', 'fatal')),
  -- HTML as Telegram takes it.
  text        text NOT NULL,
  at          timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tenant_events_received_at ON tenant_events (received_at);

-- One row per owner and event, written with the event, until the alert bot has said it.
CREATE TABLE owner_messages (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chat_id    bigint NOT NULL,
  store_name text NOT NULL,
  text       text NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  -- Telegram will never take it.
  refused    text
);
CREATE INDEX owner_messages_open ON owner_messages (id) WHERE sent_at IS NULL AND refused IS NULL;
CREATE INDEX owner_messages_created_at ON owner_messages (created_at);
