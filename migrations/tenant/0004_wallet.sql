-- Deposits into the balance: by QRIS, or by a transfer that an admin has looked at.
CREATE TABLE deposits (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Order id at the gateway and the id that people see: dp<telegram id>-<random>.
  ref text NOT NULL UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  method text NOT NULL CHECK (method IN ('qris', 'manual')),
  amount bigint NOT NULL CHECK (amount > 0),
  -- QRIS: awaiting_payment -> paid, expired, cancelled; a late payment of those: paid. Transfer: awaiting_review -> paid, refused.
  status text NOT NULL
    CHECK (status IN ('awaiting_payment', 'awaiting_review', 'paid', 'expired', 'cancelled', 'refused')),
  -- Who settled it: webhook, status, reconcile, admin:<id>.
  settled_by text,
  note text,
  closed_reason text,
  -- The chat message that this deposit was made from: a second tap there finds it.
  message_id bigint NOT NULL,
  -- What the customer showed of their transfer, sealed.
  proof text,
  created_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz,
  closed_at timestamptz
);
CREATE INDEX deposits_by_user ON deposits (user_id, id DESC);
CREATE INDEX deposits_by_status ON deposits (status, id DESC);

-- A payment is for an order or for a deposit.
ALTER TABLE payments
  ALTER COLUMN order_id DROP NOT NULL,
  ADD COLUMN deposit_id bigint REFERENCES deposits (id),
  ADD CONSTRAINT payments_for_one CHECK ((order_id IS NULL) <> (deposit_id IS NULL));
CREATE UNIQUE INDEX payments_by_deposit ON payments (deposit_id) WHERE deposit_id IS NOT NULL;

-- The books: every balance beside the sum of what was entered for it. They are equal, or something is wrong.
CREATE VIEW wallet_books AS
  SELECT user_id, coalesce(w.balance, 0) AS balance, coalesce(l.entered, 0)::bigint AS entered
    FROM wallets w
    FULL JOIN (SELECT user_id, sum(amount) AS entered FROM ledger_entries GROUP BY user_id) l USING (user_id);
