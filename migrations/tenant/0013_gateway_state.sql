-- How a gateway serves this store, as far as its answers said. A row per gateway that was ever asked.
CREATE TABLE gateway_state (
  gateway text PRIMARY KEY,
  -- Why no order can be paid through it; null while it takes them. People were told of it when it was written.
  fault text,
  since timestamptz,
  -- Whether its transactions are without money, as the last one that it made said.
  sandbox boolean,
  -- How many faults there were: what is told of one is told once.
  faults int NOT NULL DEFAULT 0
);
