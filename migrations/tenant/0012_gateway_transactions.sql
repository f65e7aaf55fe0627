-- Payments of gateways that name their transactions themselves, by any method that a gateway has.
ALTER TABLE payments
  -- The gateway's id of the transaction; null until a create was answered.
  ADD COLUMN transaction_id text,
  -- A transaction in the gateway's sandbox mode: no money moves.
  ADD COLUMN sandbox boolean NOT NULL DEFAULT false,
  -- The gateway has no transaction for it and will have none: it refused to make one, or ended the API that made it.
  ADD COLUMN absent boolean NOT NULL DEFAULT false;

-- Pakasir carried nothing over from its API v1: there is nothing left to ask about. What is still open is ended when the
-- store starts, where its customer can be told.
UPDATE payments SET absent = true,
  next_check_at = CASE WHEN status IN ('creating', 'pending') THEN next_check_at END;

-- A method is a gateway's own word, or balance; manual for a deposit by hand.
ALTER TABLE orders
  DROP CONSTRAINT orders_method_check,
  ADD CONSTRAINT orders_method_check CHECK (method <> ''),
  -- Paid from a balance while the store tried its payments without money; a payment's own mark is in its row.
  ADD COLUMN sandbox boolean NOT NULL DEFAULT false;
ALTER TABLE deposits
  DROP CONSTRAINT deposits_method_check,
  ADD CONSTRAINT deposits_method_check CHECK (method <> '');
