-- The part of an order that is paid from the balance while the rest is asked for by QRIS. It leaves the balance with the
-- order's transaction and comes back when the order ends unpaid.
ALTER TABLE orders
  ADD COLUMN from_balance bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT orders_from_balance CHECK (from_balance >= 0 AND from_balance <= total);
