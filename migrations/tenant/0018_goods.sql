-- Goods of other kinds: content that is sold any number of times, files, prices by quantity, and a limit per customer.

ALTER TABLE products
  -- `units` are sold one by one from the stock; `endless` has one content for everybody. It never changes.
  ADD COLUMN kind text NOT NULL DEFAULT 'units' CHECK (kind IN ('units', 'endless')),
  -- Prices by quantity above the plain one, such as [{"from": 5, "price": 14000}], the smallest quantity first.
  ADD COLUMN tiers jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(tiers) = 'array'),
  -- How many one customer may have in all of their orders that were not cancelled; null is as many as they like.
  ADD COLUMN per_customer int CHECK (per_customer > 0);

-- What a unit is: its text, or a file that Telegram holds for the bot.
ALTER TABLE stock_units ADD COLUMN form text NOT NULL DEFAULT 'text' CHECK (form IN ('text', 'file'));

-- The content of a product that is endless, sealed. A checkout copies it into a unit of its own, which is reserved, sold and
-- sent again as every other: what was sold stays what it was.
CREATE TABLE endless_contents (
  product_id bigint PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
  content text NOT NULL,
  form text NOT NULL DEFAULT 'text' CHECK (form IN ('text', 'file')),
  set_by bigint NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now()
);

-- `refused`: Telegram does not give out a file of it (the bot was changed): it waits for the seller to send that anew.
ALTER TABLE deliveries
  DROP CONSTRAINT deliveries_status_check,
  ADD CONSTRAINT deliveries_status_check CHECK (status IN ('pending', 'delivered', 'blocked', 'refused'));

-- Orders are exported a period at a time.
CREATE INDEX orders_created_at ON orders (created_at);
