-- Forms that outlive an interruption. `typed`: leaving the form would lose an answer. `question` is what was asked last, as it was shown. `held` are the pieces of
-- an answer that the app cut into several messages, sealed, until `held_until`.
ALTER TABLE conversations
  ADD COLUMN typed boolean NOT NULL DEFAULT false,
  ADD COLUMN question jsonb,
  ADD COLUMN held text,
  ADD COLUMN held_until timestamptz;
CREATE INDEX conversations_held ON conversations (held_until) WHERE held_until IS NOT NULL;

-- Half-typed forms that somebody left for another screen, until they go on with them.
CREATE TABLE parked_forms (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  wizard text NOT NULL,
  step text NOT NULL,
  data jsonb NOT NULL,
  question jsonb,
  parked_at timestamptz NOT NULL
);
CREATE INDEX parked_forms_user ON parked_forms (user_id, id DESC);
