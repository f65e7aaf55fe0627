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
