-- What the owners should know. A row waits until somebody has taken it: the control plane, or else the outbox.
CREATE TABLE owner_events (
  -- The control plane knows an event by this, however often it is sent.
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- What caused it, such as order:12:paid; one cause makes one event.
  cause text NOT NULL UNIQUE,
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warn', 'error', 'fatal')),
  -- HTML as Telegram takes it.
  text text NOT NULL,
  at timestamptz NOT NULL,
  taken_at timestamptz
);
CREATE INDEX owner_events_open ON owner_events (position) WHERE taken_at IS NULL;
