-- Rent, and stores that stand still, by the operator's word or because the rent ran out.
ALTER TABLE tenants
  -- The end of what was paid for; null where there is no rent.
  ADD COLUMN paid_until timestamptz,
  -- When the rent is to be looked at next; null when nothing is to come.
  ADD COLUMN rent_next_at timestamptz,
  -- How far its sellers were told about this paid_until.
  ADD COLUMN rent_told text CHECK (rent_told IN ('ahead_7', 'ahead_3', 'ahead_1', 'due', 'over')),
  ADD COLUMN suspended_for text CHECK (suspended_for IN ('operator', 'rent')),
  ADD COLUMN suspended_reason text,
  -- What the store goes back to when it is resumed.
  ADD COLUMN resumes_to text CHECK (resumes_to IN ('running', 'stopped'));
CREATE INDEX tenants_rent_due ON tenants (rent_next_at) WHERE rent_next_at IS NOT NULL;

-- What the control plane says to a store's sellers through the store's own bot.
CREATE TABLE seller_messages (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id  uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  chat_id    bigint NOT NULL,
  -- One cause is told once.
  cause      text NOT NULL,
  -- Of one topic only the newest is still worth saying.
  topic      text NOT NULL,
  text       text NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  -- Telegram will never take it: the seller never started the bot, or blocked it.
  refused    text,
  CONSTRAINT seller_messages_once UNIQUE (tenant_id, chat_id, cause)
);
CREATE INDEX seller_messages_open ON seller_messages (id) WHERE sent_at IS NULL AND refused IS NULL;
CREATE INDEX seller_messages_created_at ON seller_messages (created_at);
