-- What customers sent to show that they keep the terms (SNK) of what they bought: one proof per order and product, the
-- newest. It is sealed, and purged after the store's days.
CREATE TABLE term_proofs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL,
  product_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('text', 'photo', 'document')),
  -- Sealed: the text or caption, and the file_id.
  content text NOT NULL,
  -- Counts what was sent for this order and product; each is forwarded once.
  revision int NOT NULL DEFAULT 1,
  sent_at timestamptz NOT NULL,
  UNIQUE (order_id, product_id),
  FOREIGN KEY (order_id, product_id) REFERENCES order_lines (order_id, product_id)
);
CREATE INDEX term_proofs_by_product ON term_proofs (product_id, id DESC);
CREATE INDEX term_proofs_by_age ON term_proofs (sent_at);

-- What must not be readable here while it waits: sealed, sent instead of `text`, and forgotten once it is sent or refused.
ALTER TABLE outbox ADD COLUMN sealed text;
