-- What people searched for, the newest few of each: a button below the results carries the id and leads back to them.
CREATE TABLE searches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  query text NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, query)
);

-- Who wants to hear that a product is there again. A row is forgotten when they are told.
CREATE TABLE restock_watches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  asked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (product_id, user_id)
);

CREATE INDEX products_by_category ON products (category_id) WHERE category_id IS NOT NULL;

-- One of thousands of a kind: messages about somebody's own affairs go before it.
ALTER TABLE outbox ADD COLUMN bulk boolean NOT NULL DEFAULT false;
