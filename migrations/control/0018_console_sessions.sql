-- Browsers that are signed in to the console. Of the random id in the cookie only the hash is kept; a session does what its key
-- may, and is over with it.
CREATE TABLE console_sessions (
  hash       text PRIMARY KEY,
  key_id     text NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL
);
CREATE INDEX console_sessions_key ON console_sessions (key_id, created_at);

-- Links that sign in once; the row goes when the link is used.
CREATE TABLE sign_in_tickets (
  hash       text PRIMARY KEY,
  key_id     text NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_tickets_key ON sign_in_tickets (key_id, created_at);

-- The key by which an owner signs in through the owner bot. Nobody knows its secret; one of them is in force at a time.
ALTER TABLE api_keys ADD COLUMN telegram_id bigint;
CREATE UNIQUE INDEX api_keys_telegram_id ON api_keys (telegram_id) WHERE revoked_at IS NULL;
