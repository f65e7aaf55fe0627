-- Which runtime holds this store. Whoever takes it over writes another holder, and connections of the former one are refused.
CREATE TABLE store_lease (
  -- There is one row.
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  -- One start of a runtime; null while none holds the store.
  holder uuid,
  -- Where it runs: the next one to start there knows that it is dead.
  place text,
  -- Of the intent that it was started for: a higher one takes over at once.
  generation bigint NOT NULL DEFAULT 0,
  taken_at timestamptz
);

-- Until when a runtime that has this database to itself counts as alive. The times are those of the server.
CREATE TABLE runtime_liveness (
  runtime uuid PRIMARY KEY,
  ends_at timestamptz NOT NULL
);
