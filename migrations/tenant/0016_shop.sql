-- The product that a person looks at, while it is the last screen that they were shown: taps are counted from here, and
-- a typed number is a quantity of it.
CREATE TABLE product_screens (
  user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  product_id bigint NOT NULL,
  quantity int NOT NULL,
  -- The list that it was opened from.
  page int NOT NULL,
  category bigint NOT NULL,
  -- The chat message that shows it; null while it is a new one whose id nobody has seen yet.
  message_id bigint
);

-- When the message that says "Sedang memuat QRIS" went away, or was made to say what came of it.
ALTER TABLE payments ADD COLUMN placeholder_gone_at timestamptz;
UPDATE payments SET placeholder_gone_at = created_at;

-- Pictures that customers send after a purchase without being asked: each went to the sellers with its order.
CREATE TABLE receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders (id),
  user_id bigint NOT NULL REFERENCES users (id),
  sent_at timestamptz NOT NULL
);
CREATE INDEX receipts_by_user ON receipts (user_id, sent_at);

-- Albums of which the first picture was taken as a proof or receipt: the others go the same way.
CREATE TABLE albums (
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  album text NOT NULL,
  -- What the first picture was, such as deposit:5, and what the sellers read above the others.
  cause text NOT NULL,
  notice text NOT NULL,
  reply_markup jsonb,
  pictures int NOT NULL DEFAULT 1,
  begun_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, album)
);
CREATE INDEX albums_by_age ON albums (begun_at);

-- Which name and descriptions of the bot Telegram has taken, as a hash: they are set once, not at every start.
CREATE TABLE bot_profile (
  part text PRIMARY KEY,
  mark text NOT NULL
);
