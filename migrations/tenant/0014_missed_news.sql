-- News that did not reach somebody who could not be reached: staff get it, folded, when they come back.
ALTER TABLE outbox ADD COLUMN missed boolean NOT NULL DEFAULT false;
CREATE INDEX outbox_missed ON outbox (chat_id, id) WHERE missed;

-- A broadcast may carry a video or a file as well as a photo, by its file_id.
ALTER TABLE broadcasts ADD COLUMN video text;
ALTER TABLE broadcasts ADD COLUMN document text;
