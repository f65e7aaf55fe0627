-- Vouchers, and money of an order that went back to the customer.
CREATE TABLE vouchers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Codes ignore case: they are kept in capitals.
  code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_-]{3,32}$'),
  kind text NOT NULL CHECK (kind IN ('percent', 'rupiah')),
  value bigint NOT NULL CHECK (value > 0 AND (kind = 'rupiah' OR value <= 100)),
  max_uses int NOT NULL CHECK (max_uses > 0),
  -- First and last day of the store's calendar; null leaves that side open.
  starts_on date,
  ends_on date,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (starts_on <= ends_on)
);

-- The voucher in a cart.
CREATE TABLE cart_vouchers (
  user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  voucher_id bigint NOT NULL REFERENCES vouchers (id)
);

-- One use is one order. A use that was given back counts no more, until its order is paid late.
CREATE TABLE voucher_uses (
  order_id bigint PRIMARY KEY REFERENCES orders (id),
  voucher_id bigint NOT NULL REFERENCES vouchers (id),
  user_id bigint NOT NULL REFERENCES users (id),
  taken_at timestamptz NOT NULL,
  given_back_at timestamptz
);
CREATE INDEX voucher_uses_counted ON voucher_uses (voucher_id, user_id) WHERE given_back_at IS NULL;

ALTER TABLE orders
  ADD COLUMN voucher_code text,
  -- What went back to the balance of a paid order. Its status says where the goods are, this where the money is.
  ADD COLUMN refunded bigint NOT NULL DEFAULT 0,
  -- Why, as the last refund says.
  ADD COLUMN refund_note text,
  ADD CONSTRAINT orders_refunded_at_most CHECK (refunded BETWEEN 0 AND total),
  ADD CONSTRAINT orders_discounted CHECK (total = subtotal - discount);
