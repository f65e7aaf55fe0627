-- A message to everyone who ever pressed /start.
CREATE TABLE broadcasts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- HTML as Telegram takes it; the caption where there is a photo.
  body text NOT NULL,
  -- file_id
  photo text,
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'stopped', 'done')),
  -- Why it stopped by itself.
  stop_reason text,
  created_by bigint NOT NULL,
  -- Who sees its progress: the one who started it, or went on with it.
  led_by bigint NOT NULL,
  progress_message_id bigint,
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
-- One at a time.
CREATE UNIQUE INDEX broadcasts_one_runs ON broadcasts ((true)) WHERE status = 'running';

-- Claimed (`sending`) before the call and answered after it: a row that stays `sending` is one whose outcome is not known.
CREATE TABLE broadcast_recipients (
  broadcast_id bigint NOT NULL REFERENCES broadcasts (id),
  user_id bigint NOT NULL,
  status text NOT NULL DEFAULT 'waiting'
    CHECK (status IN ('waiting', 'sending', 'sent', 'blocked', 'failed', 'unknown')),
  claimed_at timestamptz,
  -- Messages of the bot that are certainly older, or newer, than the one whose outcome is not known.
  sent_after bigint,
  sent_before bigint,
  message_id bigint,
  reason text,
  PRIMARY KEY (broadcast_id, user_id)
);
CREATE INDEX broadcast_recipients_status ON broadcast_recipients (broadcast_id, status, user_id);
