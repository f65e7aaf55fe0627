-- Money is whole rupiah in bigint, time is timestamptz. Telegram ids are bigint. Categories, photos, profiles, vouchers
-- and paying by balance have their columns here; their rooms come later.

-- Updates that were handled: a repeat of the same update_id does nothing.
CREATE TABLE updates (
  update_id bigint PRIMARY KEY,
  handled_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX updates_handled_at ON updates (handled_at);

CREATE TABLE users (
  id bigint PRIMARY KEY,
  first_name text NOT NULL,
  last_name text,
  username text,
  display_name text,
  whatsapp text,
  -- Set while the user has blocked the bot: nothing can be sent to them.
  bot_blocked_at timestamptz,
  -- Set while an admin has blocked the user: they cannot buy.
  blocked_at timestamptz,
  started_at timestamptz,
  joined_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now()
);

-- Half-typed forms; one per user, so that a restart loses nothing.
CREATE TABLE conversations (
  user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  wizard text NOT NULL,
  step text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Templates that somebody changed; the default copy is in the code.
CREATE TABLE templates (
  key text PRIMARY KEY,
  body text NOT NULL,
  updated_by bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id bigint,
  actor_role text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  before jsonb,
  after jsonb
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE categories (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  position int NOT NULL DEFAULT 0,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX categories_name ON categories (lower(name));

CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL,
  name text NOT NULL,
  price bigint NOT NULL CHECK (price > 0),
  description text,
  category_id bigint REFERENCES categories (id) ON DELETE SET NULL,
  photo_file_id text,
  -- Terms (SNK) shown after delivery.
  terms text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'archived')),
  sold bigint NOT NULL DEFAULT 0,
  -- Which stock notice the admins have had: each is sent once until the product is restocked.
  stock_notice text NOT NULL DEFAULT 'none' CHECK (stock_notice IN ('none', 'low', 'out')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX products_code ON products (lower(code)) WHERE status <> 'archived';
CREATE INDEX products_listed ON products (id) WHERE status = 'active';

CREATE TABLE cart_lines (
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  product_id bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  quantity int NOT NULL CHECK (quantity > 0),
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, product_id)
);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Order id at the gateway and the invoice id that people see: tg<telegram id>-<random>.
  ref text NOT NULL UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  -- awaiting_payment -> paid -> delivered; or expired, cancelled; a late payment of those: paid or credited.
  status text NOT NULL DEFAULT 'awaiting_payment'
    CHECK (status IN ('awaiting_payment', 'paid', 'delivered', 'expired', 'cancelled', 'credited')),
  method text NOT NULL CHECK (method IN ('qris', 'balance')),
  subtotal bigint NOT NULL CHECK (subtotal > 0),
  discount bigint NOT NULL DEFAULT 0 CHECK (discount >= 0),
  total bigint NOT NULL CHECK (total >= 0),
  -- Who settled it: webhook, status, reconcile, balance, admin:<id>.
  settled_by text,
  note text,
  closed_reason text,
  -- The chat message that this order was made from: a second tap there finds this order.
  checkout_message_id bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz,
  delivered_at timestamptz,
  closed_at timestamptz
);
CREATE INDEX orders_by_user ON orders (user_id, id DESC);
CREATE INDEX orders_by_status ON orders (status, id DESC);

CREATE TABLE order_lines (
  order_id bigint NOT NULL REFERENCES orders (id),
  product_id bigint NOT NULL REFERENCES products (id),
  name text NOT NULL,
  unit_price bigint NOT NULL CHECK (unit_price > 0),
  quantity int NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, product_id)
);

-- One row is one unit of content; stock is the number of available rows.
CREATE TABLE stock_units (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES products (id),
  content text NOT NULL,
  -- Keyed hash of the content: duplicates are found without opening what is sealed.
  fingerprint text NOT NULL,
  status text NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'reserved', 'sold', 'removed')),
  order_id bigint REFERENCES orders (id),
  added_by bigint NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  sold_at timestamptz,
  CHECK ((status IN ('reserved', 'sold')) = (order_id IS NOT NULL))
);
CREATE UNIQUE INDEX stock_units_once ON stock_units (product_id, fingerprint) WHERE status <> 'removed';
CREATE INDEX stock_units_available ON stock_units (product_id, id) WHERE status = 'available';
CREATE INDEX stock_units_by_order ON stock_units (order_id) WHERE order_id IS NOT NULL;

-- A request for money at the gateway. It exists before the gateway is asked.
CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ref text NOT NULL UNIQUE,
  order_id bigint NOT NULL REFERENCES orders (id),
  user_id bigint NOT NULL REFERENCES users (id),
  gateway text NOT NULL,
  method text NOT NULL,
  -- Base amount, without the gateway's fee.
  amount bigint NOT NULL CHECK (amount > 0),
  fee bigint,
  total_payment bigint,
  payment_number text,
  status text NOT NULL DEFAULT 'creating'
    CHECK (status IN ('creating', 'pending', 'completed', 'expired', 'cancelled', 'failed')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  completed_at timestamptz,
  -- When the gateway is asked next without being told to; null when there is nothing left to learn.
  next_check_at timestamptz,
  checks int NOT NULL DEFAULT 0,
  invoice_message_id bigint,
  -- Set when the invoice message in the chat shows the final state.
  invoice_closed_at timestamptz
);
CREATE INDEX payments_due ON payments (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX payments_by_order ON payments (order_id);

CREATE TABLE wallets (
  user_id bigint PRIMARY KEY REFERENCES users (id),
  balance bigint NOT NULL DEFAULT 0 CHECK (balance >= 0)
);

CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  amount bigint NOT NULL CHECK (amount <> 0),
  kind text NOT NULL CHECK (kind IN ('credit', 'purchase', 'deposit', 'refund', 'adjustment')),
  -- What caused the entry, such as payment:17; one cause moves money once.
  source text NOT NULL UNIQUE,
  note text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_entries_by_user ON ledger_entries (user_id, id DESC);
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE deliveries (
  order_id bigint PRIMARY KEY REFERENCES orders (id),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'blocked')),
  attempts int NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz
);
CREATE INDEX deliveries_open ON deliveries (order_id) WHERE status <> 'delivered';

-- Messages that carry goods: first a placeholder whose id is recorded, then an edit puts the goods in. Editing may
-- be repeated, sending may not: a crash in between shows the goods once.
CREATE TABLE delivery_messages (
  order_id bigint NOT NULL REFERENCES deliveries (order_id),
  part int NOT NULL,
  message_id bigint NOT NULL,
  filled_at timestamptz,
  PRIMARY KEY (order_id, part)
);

-- Messages to send after the commit, until Telegram takes them.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What caused it, such as order:12:expired; one cause sends one message.
  cause text NOT NULL UNIQUE,
  -- Whose bot sends it: the store's, or the owner's alert bot.
  via text NOT NULL DEFAULT 'store' CHECK (via IN ('store', 'owner')),
  chat_id bigint NOT NULL,
  text text NOT NULL,
  reply_markup jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  -- Telegram will never take it: blocked, chat unknown, not valid.
  refused text
);
CREATE INDEX outbox_open ON outbox (id) WHERE sent_at IS NULL AND refused IS NULL;

-- Messages to sellers that follow the state of an order: sent once, then edited.
CREATE TABLE notices (
  topic text NOT NULL,
  chat_id bigint NOT NULL,
  message_id bigint,
  body_hash text NOT NULL,
  refused text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, chat_id)
);
