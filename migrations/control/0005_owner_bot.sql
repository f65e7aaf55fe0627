-- A message about an incident is worded when it is said: what closed before that is told in one message, a storm in one.
ALTER TABLE owner_messages ALTER COLUMN text DROP NOT NULL;
ALTER TABLE owner_messages ADD COLUMN part text CHECK (part IN ('opened', 'closed'));
ALTER TABLE owner_messages ADD CONSTRAINT owner_messages_says CHECK (num_nonnulls(text, part) = 1);
-- Said although its store is muted.
ALTER TABLE owner_messages ADD COLUMN urgent boolean NOT NULL DEFAULT false;
-- What Telegram calls it, where one message is about this incident alone: it is edited when somebody takes care.
ALTER TABLE owner_messages ADD COLUMN message_id bigint;
CREATE INDEX owner_messages_incident ON owner_messages (incident_id);

CREATE INDEX incidents_by_key ON incidents (key);
-- The first name of the owner who said it in Telegram.
ALTER TABLE incidents ADD COLUMN acknowledged_name text;

-- What came from Telegram and was taken up: each update once, of whichever bot. Ids of updates do not always grow.
CREATE TABLE owner_bot_updates (
  bot_id    bigint NOT NULL,
  update_id bigint NOT NULL,
  taken_at  timestamptz NOT NULL,
  PRIMARY KEY (bot_id, update_id)
);
CREATE INDEX owner_bot_updates_taken_at ON owner_bot_updates (taken_at);

-- What an owner does not want to hear of for a while; gone once its end was said.
CREATE TABLE owner_mutes (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chat_id   bigint NOT NULL,
  -- Every store and the control plane itself when null.
  tenant_id uuid REFERENCES tenants ON DELETE CASCADE,
  begun_at  timestamptz NOT NULL,
  until     timestamptz NOT NULL,
  CONSTRAINT owner_mutes_one UNIQUE NULLS NOT DISTINCT (chat_id, tenant_id)
);
CREATE INDEX owner_mutes_tenant ON owner_mutes (tenant_id);

-- The days whose digest was queued.
CREATE TABLE owner_digests (
  day     date PRIMARY KEY,
  made_at timestamptz NOT NULL
);
