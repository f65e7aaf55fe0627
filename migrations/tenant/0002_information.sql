-- Who is told how a message ended, and in which words: {chatId, sent, failed}.
ALTER TABLE outbox ADD COLUMN receipt jsonb;

-- The sellers' list of users, newest first.
CREATE INDEX users_newest ON users (joined_at DESC, id DESC);
